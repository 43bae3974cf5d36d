"""The words in a file, for whoever searches: of text, mail, documents, PDF and pictures."""

import codecs
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from quartermaster.files.opening.confined import MEGABYTE, Bounds, Unfit
from quartermaster.records.reading import office, richtext
from quartermaster.records.reading.bounds import LARGEST_FILE
from quartermaster.records.reading.gathering import Gatherer
from quartermaster.records.reading.mailparts import shown
from quartermaster.records.reading.packages import Damaged, Package
from quartermaster.records.reading.result import MEDIA_TYPE, Conversation, Kind, loaded
from quartermaster.records.rules.content import EXCEL, HEAD, OLE, WORD, ZIP, judge, judge_parts

BOUNDS = Bounds(memory=3072 * MEGABYTE, seconds=600, answer=256 * MEGABYTE)
MOST_PIECES = 50_000
MOST_RECOGNISED = 100  # pages of one file, those of files within it among them
MOST_INSIDE = 500  # files within a file
DEEPEST = 3  # a file in a message in a message
PAGE = "text/html"
_HEAD = 4096
PIECE = 50_000  # characters
DPI = 200
_PLAIN = {"text/plain", "text/csv", "text/calendar", "text/vcard", "application/json"}
_PICTURES = {
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/tiff",
    "image/heic",
    "image/heif",
}


@dataclass
class Missed:
    """What could not be read: for want of the tool, for their number, files inside of a file."""

    tool: int = 0
    over: int = 0
    inside: int = 0
    recognised: int = 0  # pictures in which words were looked for


@dataclass(frozen=True)
class Piece:
    """Some text of a file, of a kind: message, mail, document, pdf, ocr."""

    kind: str
    text: str


@dataclass(frozen=True)
class Asked:
    """By which tool pictures are read, where it is told what was missed, and how deep this lies."""

    tool: str
    missed: Missed
    deep: int = 0

    @property
    def deeper(self) -> "Asked":
        return replace(self, deep=self.deep + 1)


Reader = Callable[[BinaryIO, Asked], Iterator[Piece]]


def texts_of(content: BinaryIO, media_type: str, tool: str, missed: Missed) -> Iterator[Piece]:
    """The text of a file, piece by piece: of messages, pages, sheets; none where it has none."""
    for number, piece in enumerate(_read(content, media_type, Asked(tool, missed))):
        if number >= MOST_PIECES:
            return
        yield piece


def _read(content: BinaryIO, media_type: str, asked: Asked) -> Iterator[Piece]:
    reader = _reader_of(media_type)
    if reader is not None:
        yield from reader(content, asked)


def _reader_of(media_type: str) -> Reader | None:
    if media_type in _PICTURES or media_type == "application/pdf":
        return _leaves
    known: dict[str, Reader] = {
        MEDIA_TYPE: _conversation,
        "message/rfc822": _mail,
        OLE: _ole,
        EXCEL: _sheets,
        WORD: _too_old,
        "application/rtf": _rich,
        PAGE: _page,
        ZIP: _package,
        **dict.fromkeys(_PLAIN, _plain),
        **dict.fromkeys(office.KINDS, _office),
    }
    return known.get(media_type)


def _plain(content: BinaryIO, asked: Asked) -> Iterator[Piece]:
    """Text; a message, or a folder of them, that came as text is read as what it is."""
    whole = content.read()
    mails = _mails_in(whole)
    for one in mails:
        yield from _message(one, asked)
    if not mails:
        yield from _parted("document", decoded(whole))


def _mails_in(content: bytes) -> list[bytes]:
    from quartermaster.records.reading import mail  # the parsers of mail are large

    first, _, rest = content.partition(b"\n")
    if first.startswith(b"From ") and mail.is_mail(rest[:_HEAD]):
        return list(mail.messages_in([content], Gatherer(lambda _digest, _content: None)))
    return [content] if mail.is_mail(content[:_HEAD]) else []


def _parted(kind: str, text: str) -> Iterator[Piece]:
    for part in in_parts(text):
        yield Piece(kind, part)


def decoded(content: bytes) -> str:
    """Text in the encoding that it is in."""
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\x00", "")


def in_parts(text: str) -> Iterator[str]:
    """A long text in several, cut between words where there are some."""
    at = 0
    while at < len(text):
        end = min(len(text), at + PIECE)
        if end < len(text):
            end = max(text.rfind(" ", at, end), text.rfind("\n", at, end)) + 1 or end
            end = end if end > at else min(len(text), at + PIECE)
        yield text[at:end]
        at = end


def _conversation(content: BinaryIO, _asked: Asked) -> Iterator[Piece]:
    """A piece for each message, with who said it."""
    try:
        whole = loaded(content.read())[0]
    except ValueError as problem:
        raise Unfit("It is no conversation.") from problem
    many = len(whole.messages) > MOST_PIECES
    if many:
        for part in in_parts("\n".join(_said(whole))):
            yield Piece("message", part)
        return
    for text in _said(whole):
        yield Piece("message", text)


def _said(whole: Conversation) -> Iterator[str]:
    people = whole.people
    for message in whole.messages:
        who = people[message.sender].shown if message.sender in people else message.sender
        files = " ".join(one.name for one in message.attachments)
        said = "\n".join(filter(None, [message.body, files]))
        yield f"{who}: {said}" if who and message.kind is not Kind.NOTICE else said


def _mail(content: BinaryIO, asked: Asked) -> Iterator[Piece]:
    yield from _message(content.read(), asked)


def _message(content: bytes, asked: Asked) -> Iterator[Piece]:
    """The words of a mail, then those of its files."""
    from quartermaster.records.reading import mail  # as above

    words, files = mail.read_through(content)
    yield from _parted("mail", words)
    yield from _inside(((one.content, one.media_type) for one in files), asked)


def _ole(content: BinaryIO, asked: Asked) -> Iterator[Piece]:
    """A message of Outlook with its files, or a document of Office before 2007."""
    from quartermaster.records.reading import outlook  # as above
    from quartermaster.records.reading.legacy import opening

    if not opening.is_mail(content):
        for text in opening.texts_of(content):
            yield from _parted("document", text)
        return
    content.seek(0)
    words, files, whole = outlook.read_through(content)
    asked.missed.inside += not whole
    yield from _parted("mail", words)
    yield from _inside(((one.content, one.media_type) for one in files), asked)


def _sheets(content: BinaryIO, _asked: Asked) -> Iterator[Piece]:
    """A workbook of before there was OLE."""
    from quartermaster.records.reading.legacy import opening

    for text in opening.sheets_in(content.read()):
        yield from _parted("document", text)


def _too_old(_content: BinaryIO, _asked: Asked) -> Iterator[Piece]:
    raise Unfit("It is a document of Word before version 6, whose text is not read.")
    yield


def _rich(content: BinaryIO, _asked: Asked) -> Iterator[Piece]:
    yield from _parted("document", richtext.text_of(content.read()))


def _page(content: BinaryIO, _asked: Asked) -> Iterator[Piece]:
    yield from _parted("document", shown(decoded(content.read())))


def _package(content: BinaryIO, asked: Asked) -> Iterator[Piece]:
    """An open document, or a ZIP file of files."""
    package = Package(content)
    if "mimetype" in package.parts:
        yield from _office(content, asked)
        return
    parts = ((_whole(package, name, asked.missed), "") for name in sorted(package.parts))
    yield from _inside(parts, asked)


def _whole(package: Package, name: str, missed: Missed) -> bytes:
    whole = bytearray()
    try:
        for piece in package.pieces(name):
            whole += piece
            if len(whole) > LARGEST_FILE:
                raise Damaged(name)  # noqa: TRY301 (it is as good as damaged here)
    except Damaged:
        missed.inside += 1
        return b""
    return bytes(whole)


def _inside(files: Iterable[tuple[bytes, str]], asked: Asked) -> Iterator[Piece]:
    """The text of files within a file; what cannot be read is counted, and told."""
    for number, (content, declared) in enumerate(files):
        if number >= MOST_INSIDE or asked.deep >= DEEPEST:
            asked.missed.inside += 1
            continue
        try:
            yield from _read(io.BytesIO(content), kind_of(content, declared), asked.deeper)
        except Unfit:
            asked.missed.inside += 1


def kind_of(content: bytes, declared: str) -> str:
    """What a file within a file is, told by its content; empty where nothing is read in it."""
    found = judge(content[:HEAD], declared)
    if found.media_type == ZIP:
        found = judge_parts(io.BytesIO(content), len(content))
    low = declared.partition(";")[0].strip().lower()
    return PAGE if found.problem and low == PAGE else found.media_type


def _office(content: BinaryIO, _asked: Asked) -> Iterator[Piece]:
    for text in office.texts_of(content):
        yield from _parted("document", text)


def _leaves(content: BinaryIO, asked: Asked) -> Iterator[Piece]:
    """A piece for each page: its own text, and where it has none what is read in its picture."""
    from quartermaster.files.opening.leaves import open_leaves  # only what is drawn needs these
    from quartermaster.files.opening.recognising import recognised

    tool, missed = asked.tool, asked.missed
    for leaf in open_leaves(content.read()):
        words = leaf.words()
        if words:
            yield Piece("pdf", " ".join(word.text for word in words))
        elif not tool:
            missed.tool += 1
            yield Piece("ocr", "")
        elif missed.recognised >= MOST_RECOGNISED:
            missed.over += 1
        else:
            missed.recognised += 1
            found = recognised(leaf.picture(DPI), tool)
            yield Piece("ocr", " ".join(word.text for word in found))


def of_bytes(content: bytes, media_type: str, tool: str = "") -> list[Piece]:
    """The text of bytes, for whoever has them."""
    return list(texts_of(io.BytesIO(content), media_type, tool, Missed()))
