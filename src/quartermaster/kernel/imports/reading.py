"""From bytes to a bounded table of text. Knows nothing of what the columns mean."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from quartermaster.kernel.errors import InvalidInput

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DELIMITERS = (",", ";", "\t")
ZIP = b"PK\x03\x04"  # the first bytes of a workbook


class Encoding(StrEnum):
    """How the bytes of a file become text. Windows-1252 is never guessed, only declared."""

    DETECT = "detect"
    WINDOWS_1252 = "windows-1252"


@dataclass(frozen=True)
class Bounds:
    """How much an import takes in: bytes, rows, columns, and characters in one cell."""

    size: int = 10 * 1024 * 1024
    rows: int = 50_000
    columns: int = 100
    cell: int = 4_000


BOUNDS = Bounds()


@dataclass(frozen=True)
class Line:
    """One row of a table, with the line of the file on which it begins."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A header and its rows, all text."""

    header: tuple[str, ...]
    lines: tuple[Line, ...]


def read_csv(
    content: bytes, *, encoding: Encoding = Encoding.DETECT, bounds: Bounds = BOUNDS
) -> Table:
    """Read a CSV file, or raise `InvalidInput` that says what is wrong with it and where."""
    if len(content) > bounds.size:
        raise InvalidInput(
            f"The file is larger than {bounds.size // 1024:,} KiB. Divide it.", size=len(content)
        )
    text = _decode(content, encoding)
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise InvalidInput(
            f"Line {line} contains a NUL character: this is not a text file. Save it as CSV.",
            line=line,
        )
    records = _records(text)
    header = next(records, None)
    if header is None:
        raise InvalidInput("The file is empty.")
    return bounded(header.cells, records, bounds)


def as_utf8(content: bytes, encoding: Encoding) -> bytes:
    """The same file in UTF-8, so that its encoding need not be told twice; a workbook as it is."""
    if content.startswith(ZIP):
        return content
    return _decode(content, encoding).encode()


def table_of(
    rows: Iterable[Mapping[str, object]], *, first_line: int = 2, bounds: Bounds = BOUNDS
) -> Table:
    """The table of a sheet whose rows come as mappings from heading to value."""
    header: tuple[str, ...] = ()
    lines: list[Line] = []
    for number, row in enumerate(rows, start=first_line):
        header = header or tuple(row)
        cells = tuple(text_of(row.get(name)) for name in header)
        if any(cells):
            lines.append(Line(number, cells))
        if len(lines) > bounds.rows:
            break
    if not header:
        raise InvalidInput("The sheet is empty.")
    return bounded(header, iter(lines), bounds)


def text_of(value: object) -> str:
    """A sheet's value as the text a CSV file would have for it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _decode(content: bytes, encoding: Encoding) -> str:
    codec = "utf-8-sig"
    if content.startswith(_UTF16):
        codec = "utf-16"
    elif encoding is Encoding.WINDOWS_1252 and not content.startswith(codecs.BOM_UTF8):
        codec = "windows-1252"
    try:
        return content.decode(codec)
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise InvalidInput(
            f"Line {line} is not valid {codec.removesuffix('-sig').upper()}. Save the file as"
            " UTF-8, or say that it is Windows-1252 if it comes from an older program.",
            line=line,
            position=problem.start,
        ) from problem


def _records(text: str) -> Iterator[Line]:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            stripped = tuple(cell.strip() for cell in cells)
            if any(stripped):
                yield Line(begins, stripped)
            begins = reader.line_num + 1
    except csv.Error as problem:
        raise InvalidInput(
            f"Line {begins} cannot be read as CSV ({problem}). Look at its quotation marks.",
            line=begins,
        ) from problem


def bounded(header: Sequence[str], records: Iterator[Line], bounds: Bounds) -> Table:
    """The table, or `InvalidInput` where it is larger than an import takes in."""
    if len(header) > bounds.columns:
        raise InvalidInput(f"The file has more than {bounds.columns} columns.", count=len(header))
    lines: list[Line] = []
    for line in records:
        if len(lines) == bounds.rows:
            raise InvalidInput(f"The file has more than {bounds.rows:,} rows. Divide it.")
        if any(len(cell) > bounds.cell for cell in line.cells):
            raise InvalidInput(
                f"Line {line.number} has a cell of more than {bounds.cell:,} characters.",
                line=line.number,
            )
        lines.append(line)
    return Table(tuple(header), tuple(lines))
