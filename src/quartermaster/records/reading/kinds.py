"""What an export is, told by its content and its name; and the parser that reads it."""

import codecs
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO
from zoneinfo import ZoneInfo

from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading import sms, whatsapp
from quartermaster.records.reading.bounds import LONGEST_LINE
from quartermaster.records.reading.gathering import Gatherer
from quartermaster.records.reading.packages import Damaged, Package
from quartermaster.records.reading.result import Attachment

_CHUNK = 256 * 1024
_HEAD = 4096
_ZIP = b"PK\x03\x04"
_UNKNOWN = (
    "It is no export that is known here. See the guide on saving records for how to export from"
    " each application; single pictures, mails and documents are saved as they are."
)


@dataclass(frozen=True)
class Given:
    """What is known of an export beside its content."""

    name: str
    today: date
    zone: ZoneInfo


def read(content: BinaryIO, given: Given, gatherer: Gatherer) -> None:
    """Read an export of any kind that is known; `Unfit` where it is none."""
    head = content.read(_HEAD)
    content.seek(0)
    if not head:
        raise Unfit("It is empty.")
    if head.startswith(_ZIP):
        _package(content, given, gatherer)
    elif head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        _xml(pieces_of(content), head, gatherer)
    else:
        _text(pieces_of(content), given, gatherer)


def pieces_of(content: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: content.read(_CHUNK), b"")


def _package(content: BinaryIO, given: Given, gatherer: Gatherer) -> None:
    package = Package(content)
    chat = next(
        (
            name
            for name in package.parts
            if name.rpartition("/")[2] == "_chat.txt"
            or (name.endswith(".txt") and whatsapp.title_of(name))
        ),
        "",
    )
    if chat:
        _chat(package, chat, given, gatherer)
        return
    inner = [name for name in package.parts if name.lower().endswith((".xml", ".txt"))]
    if len(inner) != 1:
        raise Unfit(_UNKNOWN)
    try:
        pieces = package.pieces(inner[0])
        first = next(pieces, b"")
        both = _chained(first, pieces)
        if first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            _xml(both, first[:_HEAD], gatherer)
        else:
            _text(both, given, gatherer)
    except Damaged as problem:
        raise Unfit("It is a damaged ZIP file.") from problem


def _chained(first: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _chat(package: Package, chat: str, given: Given, gatherer: Gatherer) -> None:
    def file(name: str) -> Attachment | None:
        whole = package.named(name)
        return package.attachment(whole, gatherer) if whole else None

    name = chat if whatsapp.title_of(chat) else given.name
    where = whatsapp.Where(name, given.today, given.zone)
    try:
        whatsapp.read(lines_of(package.pieces(chat)), gatherer, where, file)
    except Damaged as problem:
        raise Unfit("The text of the chat is damaged in its ZIP file.") from problem


def _xml(pieces: Iterable[bytes], head: bytes, gatherer: Gatherer) -> None:
    if b"<smses" not in head and b"<calls" not in head:
        raise Unfit(_UNKNOWN)
    sms.read(pieces, gatherer)


def _text(pieces: Iterable[bytes], given: Given, gatherer: Gatherer) -> None:
    where = whatsapp.Where(given.name, given.today, given.zone)
    try:
        whatsapp.read(lines_of(pieces), gatherer, where, lambda _name: None)
    except UnicodeDecodeError as problem:
        raise Unfit(_UNKNOWN) from problem


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
        yield from whole
        held = io.StringIO(rest)
        held.seek(0, io.SEEK_END)
    if held.getvalue():
        yield held.getvalue()
