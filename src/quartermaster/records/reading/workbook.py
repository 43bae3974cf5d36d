"""The rows of a workbook (OOXML), as text: for lists of messages that a program wrote as one.

Days and times are written as ISO 8601 has them where the format of their cell says what they are.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading import xmlread
from quartermaster.records.reading.legacy.sheetformats import BUILT_IN, Shown, shown_by, words
from quartermaster.records.reading.packages import Damaged, Package

MOST_CHARACTERS = 100_000_000
MOST_LOOKS, MOST_SHEETS = 0x1_0000, 1_000
_BOOK, _STRINGS, _STYLES = "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_PLACE = re.compile(r"([A-Z]{1,3})\d")
_LETTERS = 26
Begun = Callable[[str, xmlread.Attributes], None]


@dataclass(frozen=True)
class Most:
    """How much of a sheet is taken, and whether one that breaks off is taken as far as it goes."""

    rows: int = 400_000
    columns: int = 200
    broken: bool = False


LIST, TEXT = Most(), Most(rows=1_048_576, columns=16_384, broken=True)


def is_workbook(package: Package) -> bool:
    return _BOOK in package.parts


def sheets(package: Package, most: Most = LIST) -> Iterator[list[list[str]]]:
    """The rows of each sheet, in the order of their parts.

    Raises:
        Unfit: it is damaged, or has more than may be read.
    """
    names = sorted(filter(_SHEET.fullmatch, package.parts), key=lambda name: (len(name), name))
    book = _Book()
    for part, begin in ((_BOOK, book.setting), (_STYLES, book.style)):
        _read(package, part, _Words(begin), most)
    strings = _Words(_nothing, whole="si")
    _read(package, _STRINGS, strings, most)
    for name in names:
        sheet = _Sheet(book, strings.found, most)
        _read(package, name, sheet, most)
        yield sheet.rows


def names(package: Package) -> list[str]:
    """What the sheets are called, as people see it."""
    found: list[str] = []

    def begin(tag: str, given: xmlread.Attributes) -> None:
        if tag == "sheet" and len(found) < MOST_SHEETS:
            found.append(given.get("name", ""))

    _read(package, _BOOK, _Words(begin), TEXT)
    return found


def _nothing(_tag: str, _given: xmlread.Attributes) -> None:
    """Nothing is told by attributes."""


class _Words:
    """Takes attributes as they come, and the words of each element called ``whole``."""

    def __init__(self, begin: Begun, whole: str = "") -> None:
        self._begin, self._whole = begin, whole
        self._inside: list[str] = []
        self._said: list[str] = []
        self._left = MOST_CHARACTERS
        self.found: list[str] = []

    def begin(self, tag: str, given: xmlread.Attributes, _line: int) -> None:
        local = tag.rpartition(":")[2]
        self._inside.append(local)
        if local == self._whole:
            self._said.clear()
        self._begin(local, given)

    def text(self, text: str) -> None:
        # how a word is spoken, as Japanese has it beside the word, is not the word
        if self._inside and self._inside[-1] == "t" and "rPh" not in self._inside:
            self._left -= len(text)
            if self._left < 0:
                raise Unfit("There is more text in it than may be read.")
            self._said.append(text)

    def end(self, tag: str) -> None:
        self._inside.pop()
        if self._whole and tag.rpartition(":")[2] == self._whole:
            self.found.append("".join(self._said))


@dataclass
class _Book:
    """What holds for all sheets: from when days are counted, and how each look shows a number."""

    since_1904: bool = False
    formats: dict[int, Shown] = field(default_factory=lambda: dict(BUILT_IN))
    looks: list[int] = field(default_factory=list)
    _of_cells: bool = False

    def setting(self, tag: str, given: xmlread.Attributes) -> None:
        if tag == "workbookPr":
            self.since_1904 = given.get("date1904") in {"1", "true"}

    def style(self, tag: str, given: xmlread.Attributes) -> None:
        if tag == "numFmt":
            self.formats[_number(given.get("numFmtId"))] = shown_by(given.get("formatCode", ""))
        elif tag in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            self._of_cells = tag == "cellXfs"
        elif tag == "xf" and self._of_cells and len(self.looks) < MOST_LOOKS:
            self.looks.append(_number(given.get("numFmtId")))

    def shown(self, written: str, look: int) -> str:
        shown = self.formats.get(self.looks[look] if look < len(self.looks) else 0, Shown.NUMBER)
        if shown is Shown.NUMBER:
            return written
        try:
            return words(float(written), shown, since_1904=self.since_1904)
        except ValueError:
            return written


class _Sheet:
    """The cells of a sheet, each in its column."""

    def __init__(self, book: _Book, strings: list[str], most: Most) -> None:
        self._book, self._strings, self._most = book, strings, most
        self._inside: list[str] = []
        self._cell: xmlread.Attributes = {}
        self._said: list[str] = []
        self._left = MOST_CHARACTERS
        self.rows: list[list[str]] = []

    def begin(self, tag: str, given: xmlread.Attributes, _line: int) -> None:
        local = tag.rpartition(":")[2]
        self._inside.append(local)
        if local == "row":
            if len(self.rows) >= self._most.rows:
                raise Unfit("It has more rows than may be taken at once.")
            self.rows.append([])
        elif local == "c":
            self._cell = given
            self._said.clear()

    def text(self, text: str) -> None:
        if self._inside and self._inside[-1] in {"v", "t"} and "rPh" not in self._inside:
            self._said.append(text)

    def end(self, tag: str) -> None:
        self._inside.pop()
        if tag.rpartition(":")[2] == "c" and self.rows:
            self._keep(self._value("".join(self._said)))

    def _value(self, written: str) -> str:
        kind, look = self._cell.get("t", "n"), _number(self._cell.get("s"))
        if kind == "s":
            place = _number(written)
            return self._strings[place] if place < len(self._strings) else ""
        return self._book.shown(written, look) if kind == "n" and written else written

    def _keep(self, said: str) -> None:
        row = self.rows[-1]
        column = _column(self._cell.get("r", ""), len(row))
        self._left -= len(said)
        if self._left < 0:
            raise Unfit("There is more text in it than may be read.")
        if len(row) <= column < self._most.columns:
            row += [""] * (column - len(row)) + [said]


def _column(place: str, following: int) -> int:
    """The column of a cell such as ``AB12``; that which follows, where it does not say."""
    found = _PLACE.match(place)
    if found is None:
        return following
    column = 0
    for letter in found[1]:
        column = column * _LETTERS + ord(letter) - ord("A") + 1
    return column - 1


def _number(written: str | None) -> int:
    return int(written) if written and written.isascii() and written.isdigit() else 0


def _read(package: Package, name: str, taking: "_Words | _Sheet", most: Most) -> None:
    if name not in package.parts:
        return
    try:
        xmlread.read(package.pieces(name), taking.begin, taking.end, taking.text)
    except (xmlread.Broken, Damaged) as problem:
        if not most.broken:
            raise Unfit("It is a damaged workbook.") from problem
