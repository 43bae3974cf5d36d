"""The words in a file, for whoever searches: of text, mail, documents, PDF and pictures."""

import codecs
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from quartermaster.files.opening.confined import MEGABYTE, Bounds, Unfit
from quartermaster.records.reading import office
from quartermaster.records.reading.result import MEDIA_TYPE, Conversation, Kind, loaded

BOUNDS = Bounds(memory=3072 * MEGABYTE, seconds=600, answer=256 * MEGABYTE)
MOST_PIECES = 50_000
MOST_RECOGNISED = 100  # pages of one file
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
    """How many pages could not be read for want of the tool, and how many were passed over."""

    tool: int = 0
    over: int = 0


@dataclass(frozen=True)
class Piece:
    """Some text of a file, of a kind: message, mail, document, pdf, ocr."""

    kind: str
    text: str


def texts_of(content: BinaryIO, media_type: str, tool: str, missed: Missed) -> Iterator[Piece]:
    """The text of a file, piece by piece: of messages, pages, sheets; none where it has none."""
    reader = _reader_of(media_type)
    if reader is None:
        return
    for number, piece in enumerate(reader(content, tool, missed)):
        if number >= MOST_PIECES:
            return
        yield piece


Reader = Callable[[BinaryIO, str, Missed], Iterator[Piece]]


def _reader_of(media_type: str) -> Reader | None:
    if media_type in _PICTURES or media_type == "application/pdf":
        return _leaves
    known: dict[str, Reader] = {
        MEDIA_TYPE: _conversation,
        "message/rfc822": _mail,
        "application/x-ole-storage": _outlook,
        **dict.fromkeys(_PLAIN, _plain),
        **dict.fromkeys([*office.KINDS, "application/zip"], _office),
    }
    return known.get(media_type)


def _plain(content: BinaryIO, _tool: str, _missed: Missed) -> Iterator[Piece]:
    for part in in_parts(decoded(content.read())):
        yield Piece("document", part)


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


def _conversation(content: BinaryIO, _tool: str, _missed: Missed) -> Iterator[Piece]:
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


def _mail(content: BinaryIO, _tool: str, _missed: Missed) -> Iterator[Piece]:
    from quartermaster.records.reading import mail  # the parsers of mail are large

    for part in in_parts(mail.text_of(content)):
        yield Piece("mail", part)


def _outlook(content: BinaryIO, _tool: str, _missed: Missed) -> Iterator[Piece]:
    from quartermaster.records.reading import outlook  # as above

    for part in in_parts(outlook.text_of(content)):
        yield Piece("mail", part)


def _office(content: BinaryIO, _tool: str, _missed: Missed) -> Iterator[Piece]:
    for text in office.texts_of(content):
        for part in in_parts(text):
            yield Piece("document", part)


def _leaves(content: BinaryIO, tool: str, missed: Missed) -> Iterator[Piece]:
    """A piece for each page: its own text, and where it has none what is read in its picture."""
    from quartermaster.files.opening.leaves import open_leaves  # only what is drawn needs these
    from quartermaster.files.opening.recognising import recognised

    done = 0
    for leaf in open_leaves(content.read()):
        words = leaf.words()
        if words:
            yield Piece("pdf", " ".join(word.text for word in words))
        elif not tool:
            missed.tool += 1
            yield Piece("ocr", "")
        elif done >= MOST_RECOGNISED:
            missed.over += 1
        else:
            done += 1
            found = recognised(leaf.picture(DPI), tool)
            yield Piece("ocr", " ".join(word.text for word in found))


def of_bytes(content: bytes, media_type: str, tool: str = "") -> list[Piece]:
    """The text of bytes, for whoever has them."""
    return list(texts_of(io.BytesIO(content), media_type, tool, Missed()))
