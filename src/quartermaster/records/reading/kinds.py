"""What an export is, told by its content and its name; and the parser that reads it."""

import codecs
import io
import posixpath
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO

from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading import (
    iphonepage,
    iphonetext,
    mail,
    messagelist,
    signalchat,
    sms,
    whatsapp,
    workbook,
)
from quartermaster.records.reading.bounds import LARGEST_FILE, LONGEST_LINE
from quartermaster.records.reading.gathering import Gatherer, TooMuch
from quartermaster.records.reading.given import STAMPED, FileOf, Given
from quartermaster.records.reading.packages import Damaged, Package
from quartermaster.records.reading.result import Attachment

_CHUNK = 256 * 1024
_HEAD = 4096
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOOK = ".xlsx"
_KNOWN = (".xml", ".txt", ".csv", ".eml", ".mbox", ".html", ".htm", _BOOK)
_BESIDE = {"attachments", "media"}  # folders of files that belong to messages
UNKNOWN = (
    "It is no export that is known here. See the guide on saving records for how to export from"
    " each application; single pictures, mails and documents are saved as they are."
)


def read(content: BinaryIO, given: Given, gatherer: Gatherer) -> None:
    """Read an export of any kind that is known; `Unfit` where it is none."""
    head = content.read(_HEAD)
    content.seek(0)
    if not head:
        raise Unfit("It is empty.")
    if head.startswith(_ZIP):
        try:
            _package(Package(content), given, gatherer)
        except Damaged as problem:
            raise Unfit("It is a damaged ZIP file.") from problem
    elif head.startswith(_OLE):
        from quartermaster.records.reading import outlook  # its library is large

        outlook.read(content, gatherer)
    else:
        _plain(pieces_of(content), given, gatherer, lambda _name: None)


def pieces_of(content: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: content.read(_CHUNK), b"")


def _plain(pieces: Iterable[bytes], given: Given, gatherer: Gatherer, file: FileOf) -> None:
    """What is no package: XML, mail, a table, or the text of a chat."""
    whole = iter(pieces)
    first = next(whole, b"")
    every = chain([first], whole)
    start = first[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        _marked(every, start, given, gatherer, file)
    elif start.startswith(b"From "):
        mail.read_folder(every, gatherer)
    elif mail.is_mail(first[:_HEAD]):
        mail.read(every, gatherer)
    else:
        _written(every, first[:_HEAD], given, gatherer, file)


def _marked(
    pieces: Iterable[bytes], start: bytes, given: Given, gatherer: Gatherer, file: FileOf
) -> None:
    if b"<smses" in start or b"<calls" in start:
        sms.read(pieces, gatherer)
    elif iphonepage.is_page(start):
        iphonepage.read(pieces, gatherer, given, file)
    else:
        raise Unfit(UNKNOWN)


def _written(
    pieces: Iterable[bytes], head: bytes, given: Given, gatherer: Gatherer, file: FileOf
) -> None:
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = head.decode("utf-16" if wide else "utf-8-sig", "ignore")
    if messagelist.is_table(text):
        messagelist.read(lines_of(pieces), gatherer, given, file)
    elif iphonetext.is_text(text):
        iphonetext.read(lines_of(pieces), gatherer, given, file)
    elif given.name.lower().endswith(".md"):
        folder = given.name.rpartition(".")[0]
        signalchat.read_markdown(lines_of(pieces), folder, gatherer, given.zone, file)
    else:
        whatsapp.read(lines_of(pieces), gatherer, given, file)


def _package(package: Package, given: Given, gatherer: Gatherer) -> None:
    """A ZIP file: a workbook, a chat of WhatsApp, folders of Signal, or files that are exports."""
    if workbook.is_workbook(package):
        _workbook(package, given, gatherer, lambda _name: None)
        return
    signal = _signal_folders(package)
    for folder, part in signal.items():
        lines = lines_of(package.pieces(part))
        reader = signalchat.read_json if part.endswith(".json") else signalchat.read_markdown
        reader(
            lines, folder or given.name, gatherer, given.zone, _beside(package, folder, gatherer)
        )
    if signal:
        return
    chat = next((one for one in package.parts if _is_chat(one)), "")
    if chat:
        named = chat if whatsapp.title_of(chat) else given.name
        _part(package, chat, named, given, gatherer)
        return
    inner = [one for one in package.parts if one.lower().endswith(_KNOWN)]
    refused = _each(package, [one for one in inner if not _is_beside(one)], given, gatherer)
    if not gatherer.threads:
        raise Unfit(next(iter(refused.values()), UNKNOWN))
    for part, why in refused.items():
        gatherer.fault(part, why)


def _workbook(package: Package, given: Given, gatherer: Gatherer, file: FileOf) -> None:
    """The first sheet that is a list of messages."""
    for rows in workbook.sheets(package):
        if rows and messagelist.is_heading(rows[0]):
            messagelist.read_rows(iter(rows), gatherer, given, file)
            return
    raise Unfit(UNKNOWN)


def _each(
    package: Package, parts: Iterable[str], given: Given, gatherer: Gatherer
) -> dict[str, str]:
    """Read each; those that are no export, with the reason."""
    refused: dict[str, str] = {}
    for part in sorted(parts):
        try:
            _part(package, part, part, given, gatherer)
        except TooMuch:
            raise
        except Unfit as problem:
            refused[part] = str(problem)
    return refused


def _part(package: Package, part: str, named: str, given: Given, gatherer: Gatherer) -> None:
    file = _near(package, part.rpartition("/")[0], gatherer)
    if part.lower().endswith(_BOOK):
        inner = Package(io.BytesIO(_whole(package, part)))
        _workbook(inner, Given(named, given.today, given.zone), gatherer, file)
        return
    _plain(package.pieces(part), Given(named, given.today, given.zone), gatherer, file)


def _whole(package: Package, part: str) -> bytes:
    if package.parts[part].file_size > LARGEST_FILE:
        raise Unfit("It is larger than a file may be.")
    return b"".join(package.pieces(part))


def _is_beside(name: str) -> bool:
    """Whether it is a file of a message, in a folder that is there for those."""
    return not _BESIDE.isdisjoint(name.lower().split("/")[:-1])


def _is_chat(name: str) -> bool:
    last = name.rpartition("/")[2]
    return last == "_chat.txt" or (last.endswith(".txt") and bool(whatsapp.title_of(last)))


def _signal_folders(package: Package) -> dict[str, str]:
    """The folders of chats, each with the file that is read: the one that is exact, if there is."""
    found: dict[str, str] = {}
    for last in ("chat.md", "data.json"):
        for name in package.parts:
            folder, _, here = name.rpartition("/")
            if here == last:
                found[folder] = name
    return found


def _beside(package: Package, folder: str, gatherer: Gatherer) -> FileOf:
    def file(path: str) -> Attachment | None:
        whole = posixpath.normpath(posixpath.join(folder, path))
        return package.attachment(whole, gatherer) if whole in package.parts else None

    return file


def _near(package: Package, folder: str, gatherer: Gatherer) -> FileOf:
    """Files by their place beside a part, else by a name that no other file has."""

    def file(name: str) -> Attachment | None:
        stamp, stamped, name = name.rpartition(STAMPED)
        if stamped:
            whole = package.stamped(stamp, name)
            return package.attachment(whole, gatherer) if whole else None
        path = name.replace("\\", "/")
        placed = posixpath.normpath(posixpath.join(folder, path))
        whole = placed if placed in package.parts else package.named(path.rpartition("/")[2])
        return package.attachment(whole, gatherer) if whole else None

    return file


def lines_of(pieces: Iterable[bytes]) -> Iterator[str]:
    """The lines of text in UTF-8 or, with its mark, UTF-16; at line feeds alone."""
    decoder: codecs.IncrementalDecoder | None = None
    held = io.StringIO()
    for piece in pieces:
        if decoder is None:
            wide = piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            decoder = codecs.getincrementaldecoder("utf-16" if wide else "utf-8-sig")("replace")
        text = held.getvalue() + decoder.decode(piece)
        *whole, rest = text.split("\n")
        if len(rest) > LONGEST_LINE:
            raise Unfit("A line of it is longer than it may be.")
        yield from (line.removesuffix("\r") for line in whole)
        held = io.StringIO(rest)
        held.seek(0, io.SEEK_END)
    if held.getvalue():
        yield held.getvalue()
