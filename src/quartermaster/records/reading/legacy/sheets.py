"""The text of a workbook of Excel 3 to 2003 (MS-XLS): names of sheets, words and numbers of cells.

A number is written as it is kept, and a day or a time as such where its format says that it is one.
Until 1997 each letter was a byte of a code page, and words stood in their cells.
"""

import codecs
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading.legacy.sheetformats import BUILT_IN, Shown, shown_by, words

_BOF, _EOF, _CONTINUE, _LOCKED = 0x0809, 0x000A, 0x003C, 0x002F
_STRINGS, _SHEET, _SHARED, _LABEL = 0x00FC, 0x0085, 0x00FD, 0x0204
_NUMBER, _RK, _RKS, _FORMULA, _STRING, _NOTE = 0x0203, 0x027E, 0x00BD, 0x0006, 0x0207, 0x01B6
_FORMAT, _LOOK, _SINCE_1904, _PAGE = 0x041E, 0x00E0, 0x0022, 0x0042
_RICH, _OLD_NOTE = 0x00D6, 0x001C  # of before 1997
_BIFF8, _BIFF5 = 0x0600, 0x0500
# of Excel 3 and 4, which say by their first record which they are, and whose sheets stand alone
_EARLY = (0x0209, 0x0409)
_BEGUN = {_BOF, *_EARLY, 0x0009}
_EARLY_LOOKS, _EARLY_FORMATS = (0x0243, 0x0443), {0x001E: 0, _FORMAT: 2}
_EARLY_FORMULAS = (0x0206, 0x0406)
_PAGES = {0x8000: "mac_roman", 0x8001: "cp1252", 367: "ascii"}
MOST_CELLS = 5_000_000
MOST_LOOKS = 0x1_0000


def texts(stream: bytes) -> Iterator[str]:
    """The names of the sheets, and a text for each sheet that has cells."""
    book = _Book()
    for kind, parts in _records(stream):
        if kind in _BEGUN:
            version = struct.unpack_from("<H", parts[0])[0] if kind == _BOF else kind
            if version not in {_BIFF8, _BIFF5, *_EARLY}:
                raise Unfit("It is a workbook of Excel before version 3, whose text is not read.")
            book.old, book.early = version != _BIFF8, version in _EARLY
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
    looks: list[int] = field(default_factory=list)  # of each look of cells, its format
    formats: dict[int, Shown] = field(default_factory=lambda: dict(BUILT_IN))
    since_1904: bool = False
    old: bool = False  # of before 1997: letters are bytes
    early: bool = False  # of before there were workbooks of several sheets
    page: str = "cp1252"
    row: int = -1
    cells: int = 0
    written: int = 0  # formats so far

    def take(self, kind: int, parts: list[bytes]) -> None:
        content = parts[0]
        if self.early and kind in _EARLY_FORMULAS:
            kind = _FORMULA
        if kind == _STRINGS:
            self.strings = list(_shared(parts))
        elif kind == _SHEET:
            self.lines.append(self._short(content, 6))
        elif kind == _NOTE and len(parts) > 1:
            self.lines.append(_chars(parts[1], 1, len(parts[1]), wide=bool(parts[1][0] & 1)))
        elif kind == _OLD_NOTE and self.old:
            self.lines.append(content[6:].decode(self.page, "replace"))
        elif kind == _STRING:
            self._also(self._long(content, 0))
        elif kind in {_SHARED, _LABEL, _NUMBER, _RK, _FORMULA, _RKS, _RICH}:
            self._cells(kind, content)
        else:
            self._sets(kind, content)

    def _sets(self, kind: int, content: bytes) -> None:
        """What says how cells are shown."""
        if self.early and kind in _EARLY_FORMATS:
            # counted as they come, none of them known beforehand
            written = self._short(content, _EARLY_FORMATS[kind])
            self.formats[self.written] = shown_by(written)
            self.written += 1
        elif self.early and kind in _EARLY_LOOKS and len(self.looks) < MOST_LOOKS:
            self.looks.append(content[1])
        elif kind == _FORMAT:
            written = self._short(content, 2) if self.old else self._long(content, 2)
            self.formats[struct.unpack_from("<H", content)[0]] = shown_by(written)
        elif kind == _LOOK and len(self.looks) < MOST_LOOKS:
            self.looks.append(struct.unpack_from("<H", content, 2)[0])
        elif kind == _SINCE_1904:
            self.since_1904 = content[:1] == b"\x01"
        elif kind == _PAGE:
            self.page = _known(struct.unpack_from("<H", content)[0])

    def _cells(self, kind: int, content: bytes) -> None:
        row, look = struct.unpack_from("<H2xH", content)
        if kind == _SHARED:
            place = struct.unpack_from("<I", content, 6)[0]
            said = [self.strings[place] if place < len(self.strings) else ""]
        elif kind in {_LABEL, _RICH}:
            said = [self._long(content, 6)]
        elif kind == _RKS:
            found = struct.iter_unpack("<HI", content[4 : 4 + (len(content) - 6) // 6 * 6])
            said = [self._shown(_small(value), each) for each, value in found]
        elif kind == _RK:
            said = [self._shown(_small(struct.unpack_from("<I", content, 6)[0]), look)]
        else:
            text = content[12:14] == b"\xff\xff" and kind == _FORMULA
            number = struct.unpack_from("<d", content, 6)[0]
            said = [] if text else [self._shown(number, look)]
        self.cells += 1
        if self.cells > MOST_CELLS:
            raise Unfit("It has more cells than may be read.")
        if row != self.row:
            self.row = row
            self.lines.append("\t".join(said))
        else:
            self._also(*said)

    def _shown(self, number: float, look: int) -> str:
        written = self.looks[look] if look < len(self.looks) else 0
        shown = self.formats.get(written, Shown.NUMBER)
        return words(number, shown, since_1904=self.since_1904)

    def _short(self, content: bytes, at: int) -> str:
        """A string whose length is one byte."""
        if self.old:
            return content[at + 1 : at + 1 + content[at]].decode(self.page, "replace")
        return _chars(content, at + 2, content[at], wide=bool(content[at + 1] & 1))

    def _long(self, content: bytes, at: int) -> str:
        """A string whose length is two bytes."""
        if not self.old:
            return _Strings([content[at:]]).one()
        size = struct.unpack_from("<H", content, at)[0]
        return content[at + 2 : at + 2 + size].decode(self.page, "replace")

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


def _small(value: int) -> float:
    """A number that is kept in thirty bits: whole, or the upper half of a long one."""
    number: float
    if value & 2:
        number = (value >> 2) - (1 << 30 if value & 0x8000_0000 else 0)
    else:
        number = struct.unpack("<d", struct.pack("<Q", (value & 0xFFFF_FFFC) << 32))[0]
    return number / 100 if value & 1 else number


def _known(page: int) -> str:
    try:
        return codecs.lookup(_PAGES.get(page, f"cp{page}")).name
    except LookupError:
        return "cp1252"
