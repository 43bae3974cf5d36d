"""The text of a workbook of Excel 97 to 2003 (MS-XLS): names of sheets, words and numbers of cells.

A number is written as it is kept: what a format makes of it (a date, money) is not looked at.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from quartermaster.files.opening.confined import Unfit

_BOF, _EOF, _CONTINUE, _LOCKED = 0x0809, 0x000A, 0x003C, 0x002F
_STRINGS, _SHEET, _SHARED, _LABEL = 0x00FC, 0x0085, 0x00FD, 0x0204
_NUMBER, _RK, _RKS, _FORMULA, _STRING, _NOTE = 0x0203, 0x027E, 0x00BD, 0x0006, 0x0207, 0x01B6
_BIFF8 = 0x0600
MOST_CELLS = 5_000_000


def texts(stream: bytes) -> Iterator[str]:
    """The names of the sheets, and a text for each sheet that has cells."""
    book = _Book()
    for kind, parts in _records(stream):
        if kind == _BOF and struct.unpack_from("<H", parts[0])[0] != _BIFF8:
            raise Unfit("It is a workbook of Excel before 1997, whose text is not read.")
        if kind == _LOCKED:
            raise Unfit("It is locked with a password. Unlock it first.")
        if kind == _EOF:
            yield book.finished()
        else:
            book.take(kind, parts)
    yield book.finished()


def _records(stream: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Each record with those that continue it."""
    at, kind, parts = 0, 0, list[bytes]()
    while at + 4 <= len(stream):
        following, size = struct.unpack_from("<HH", stream, at)
        content = stream[at + 4 : at + 4 + size]
        at += 4 + size
        if following == _CONTINUE and parts:
            parts.append(content)
            continue
        if parts:
            yield kind, parts
        kind, parts = following, [content]
    if parts:
        yield kind, parts


@dataclass
class _Book:
    strings: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    row: int = -1
    cells: int = 0

    def take(self, kind: int, parts: list[bytes]) -> None:
        content = parts[0]
        if kind == _STRINGS:
            self.strings = list(_shared(parts))
        elif kind == _SHEET:
            self.lines.append(_short(content, 6))
        elif kind == _NOTE and len(parts) > 1:
            self.lines.append(_chars(parts[1], 1, len(parts[1]), wide=bool(parts[1][0] & 1)))
        elif kind == _STRING:
            self._also(_Strings([content]).one())
        elif kind in {_SHARED, _LABEL, _NUMBER, _RK, _FORMULA, _RKS}:
            self._cells(kind, content)

    def _cells(self, kind: int, content: bytes) -> None:
        row = struct.unpack_from("<H", content)[0]
        if kind == _SHARED:
            place = struct.unpack_from("<I", content, 6)[0]
            said = [self.strings[place] if place < len(self.strings) else ""]
        elif kind == _LABEL:
            said = [_Strings([content[6:]]).one()]
        elif kind == _RKS:
            count = (len(content) - 6) // 6
            said = [_small(struct.unpack_from("<I", content, 6 + 6 * n)[0]) for n in range(count)]
        elif kind == _RK:
            said = [_small(struct.unpack_from("<I", content, 6)[0])]
        else:
            words = content[12:14] == b"\xff\xff" and kind == _FORMULA
            said = [] if words else [_shown(struct.unpack_from("<d", content, 6)[0])]
        self.cells += 1
        if self.cells > MOST_CELLS:
            raise Unfit("It has more cells than may be read.")
        if row != self.row:
            self.row = row
            self.lines.append("\t".join(said))
        else:
            self._also(*said)

    def _also(self, *said: str) -> None:
        """More in the row that was begun."""
        if self.lines:
            self.lines[-1] = "\t".join([*filter(None, [self.lines[-1]]), *said])
        else:
            self.lines.append("\t".join(said))

    def finished(self) -> str:
        lines, self.lines, self.row = self.lines, [], -1
        return "\n".join(line for line in lines if line.strip())


class _Strings:
    """Strings that go on from one record to the next, where each says anew how letters are kept."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts, self._part, self._at = parts, 0, 0

    def more(self) -> bool:
        while self._part < len(self._parts) and self._at >= len(self._parts[self._part]):
            self._part, self._at = self._part + 1, 0
        return self._part < len(self._parts)

    def _take(self, size: int) -> bytes:
        taken = b""
        while len(taken) < size:
            if not self.more():
                raise Unfit("It is damaged: its words break off.")
            part = self._parts[self._part][self._at :][: size - len(taken)]
            taken += part
            self._at += len(part)
        return taken

    def one(self) -> str:
        """The next string."""
        count, flags = struct.unpack("<HB", self._take(3))
        runs = struct.unpack("<H", self._take(2))[0] if flags & 8 else 0
        more = struct.unpack("<I", self._take(4))[0] if flags & 4 else 0
        said, wide = "", bool(flags & 1)
        while count:
            if not self.more():
                raise Unfit("It is damaged: its words break off.")
            if said and self._at == 0:
                wide = bool(self._take(1)[0] & 1)
            here = self._parts[self._part]
            room = (len(here) - self._at) // (2 if wide else 1)
            number = min(count, room)
            if number <= 0:
                raise Unfit("It is damaged: its words break off.")
            said += _chars(here, self._at, number, wide=wide)
            self._at += number * (2 if wide else 1)
            count -= number
        self._take(min(4 * runs + more, sum(map(len, self._parts))))
        return said


def _shared(parts: list[bytes]) -> Iterator[str]:
    count = struct.unpack_from("<I", parts[0], 4)[0]
    reader = _Strings([parts[0][8:], *parts[1:]])
    for _ in range(count):
        if not reader.more():
            return
        yield reader.one()


def _chars(content: bytes, at: int, count: int, *, wide: bool) -> str:
    if wide:
        return content[at : at + 2 * count].decode("utf-16-le", "replace")
    return content[at : at + count].decode("latin-1")


def _short(content: bytes, at: int) -> str:
    """A string whose length is one byte."""
    return _chars(content, at + 2, content[at], wide=bool(content[at + 1] & 1))


def _small(value: int) -> str:
    """A number that is kept in thirty bits: whole, or the upper half of a long one."""
    number: float
    if value & 2:
        number = (value >> 2) - (1 << 30 if value & 0x8000_0000 else 0)
    else:
        number = struct.unpack("<d", struct.pack("<Q", (value & 0xFFFF_FFFC) << 32))[0]
    return _shown(number / 100 if value & 1 else number)


def _shown(number: float) -> str:
    return f"{number:.15g}"
