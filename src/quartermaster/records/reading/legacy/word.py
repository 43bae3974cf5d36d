"""The text of a document of Word 97 to 2003, by its table of pieces (MS-DOC, 2.4.1)."""

import re
import struct
from collections.abc import Callable, Iterator

from quartermaster.files.opening.confined import Unfit

_MARK, _SINCE_97 = 0xA5EC, 0x00C1
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_PIECES_AT = 0x01A2  # where the file says where its pieces are described
_ONE_BYTE, _PLACE = 0x4000_0000, 0x3FFF_FFFF
_ENDS = {0x07: "\t", 0x0B: "\n", 0x0C: "\n", 0x0D: "\n", 0x0E: "\n", 0x1E: "-", 0xA0: " "}
_SAID = {code: _ENDS.get(code, None if code not in {9, 10} else chr(code)) for code in range(32)}
_FIELD = re.compile("\x13[^\x13\x14\x15]*(?:\x14|(?=\x15))")  # what a field is made by
_MOST = 16


def texts(stream: Callable[[str], bytes]) -> Iterator[str]:
    """The text with its notes, headers and comments."""
    document = stream("WordDocument")
    mark, version = struct.unpack_from("<HH", document)
    flags = struct.unpack_from("<H", document, 0x0A)[0]
    if mark != _MARK or version < _SINCE_97:
        raise Unfit("It is a document of Word before 1997, whose text is not read.")
    if flags & _ENCRYPTED:
        raise Unfit("It is locked with a password. Unlock it first.")
    table = stream("1Table" if flags & _SECOND_TABLE else "0Table")
    at, size = struct.unpack_from("<II", document, _PIECES_AT)
    pieces = _pieces(table[at : at + size])
    yield _plain("".join(_words(document, pieces)))


def _pieces(described: bytes) -> bytes:
    """The table of pieces, behind what describes changes of format."""
    at = 0
    while at < len(described) and described[at] == 1:
        at += 3 + struct.unpack_from("<H", described, at + 1)[0]
    if at >= len(described) or described[at] != 2:  # noqa: PLR2004 (the mark of that table)
        raise Unfit("It is damaged: its text cannot be found.")
    size = struct.unpack_from("<I", described, at + 1)[0]
    return described[at + 5 : at + 5 + size]


def _words(document: bytes, table: bytes) -> Iterator[str]:
    count = (len(table) - 4) // 12
    places = struct.unpack_from(f"<{count + 1}I", table)
    left = len(document)  # pieces that overlap are of no sound document
    for number in range(count):
        length = places[number + 1] - places[number]
        where = struct.unpack_from("<I", table, 4 * (count + 1) + 8 * number + 2)[0]
        single = bool(where & _ONE_BYTE)
        start = (where & _PLACE) // 2 if single else where & _PLACE
        taken = document[start : start + length * (1 if single else 2)] if length > 0 else b""
        left -= len(taken)
        if left < 0:
            raise Unfit("It is damaged: parts of its text are there twice.")
        yield taken.decode("cp1252" if single else "utf-16-le", "replace")


def _plain(text: str) -> str:
    for _ in range(_MOST):  # fields lie in one another
        text, changed = _FIELD.subn("", text)
        if not changed:
            break
    lines = (line.strip() for line in text.translate(_SAID).split("\n"))
    return "\n".join(line for line in lines if line)
