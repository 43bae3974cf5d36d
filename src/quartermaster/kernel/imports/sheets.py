"""From the bytes of a workbook (XLSX) to the same table that a CSV file gives.

A workbook is a ZIP of XML from outside: its size unpacked is looked at before anything is
unpacked, the XML parser resolves no entities (openpyxl on defusedxml), nothing is computed. A
cell with a formula is refused, because its value may be missing or stale.
"""

import io
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

from quartermaster.kernel.errors import HouseError, InvalidInput
from quartermaster.kernel.imports.reading import (
    BOUNDS,
    ZIP,
    Bounds,
    Encoding,
    Line,
    Table,
    bounded,
    read_csv,
    text_of,
)

_OLD = b"\xd0\xcf\x11\xe0"  # the container of .xls, and of a workbook with a password
_EXACT = 10**15  # a spreadsheet keeps 15 digits of a number
_MOST_FILES = 500
_MOST_UNPACKED = 80 * 1024 * 1024
_MOST_GAPS = 100_000  # empty rows between and after those with content


def read_table(
    content: bytes, *, encoding: Encoding = Encoding.DETECT, bounds: Bounds = BOUNDS
) -> Table:
    """Read a CSV file or the first sheet of a workbook, told apart by their first bytes."""
    if content.startswith(ZIP):
        return read_xlsx(content, bounds=bounds)
    if content.startswith(_OLD):
        raise InvalidInput(
            "This is an old workbook (.xls) or one with a password. Save it as .xlsx or CSV."
        )
    return read_csv(content, encoding=encoding, bounds=bounds)


def read_xlsx(content: bytes, *, bounds: Bounds = BOUNDS) -> Table:
    """Read the first sheet of a workbook, or raise `InvalidInput` that says what is wrong."""
    if len(content) > bounds.size:
        raise InvalidInput(
            f"The file is larger than {bounds.size // 1024:,} KiB. Divide it.", size=len(content)
        )
    _look_at_the_package(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles that are not read
            return _first_sheet(content, bounds)
    except HouseError:
        raise
    except Exception as problem:  # openpyxl raises whatever a broken file leads it into
        raise InvalidInput(
            "The workbook cannot be read. Open it, save it as .xlsx or CSV, and try again."
        ) from problem


def _look_at_the_package(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            inside = package.infolist()
    except zipfile.BadZipFile as problem:
        raise InvalidInput("The workbook is damaged. Save it again.") from problem
    if any(item.flag_bits & 1 for item in inside):
        raise InvalidInput("The workbook has a password. Save it without one.")
    unpacked = sum(item.file_size for item in inside)
    if len(inside) > _MOST_FILES or unpacked > _MOST_UNPACKED:
        raise InvalidInput("The workbook is too large when unpacked. Save the sheet as CSV.")


def _first_sheet(content: bytes, bounds: Bounds) -> Table:
    import openpyxl  # only where a workbook is read: it takes forty megabytes

    book = openpyxl.load_workbook(
        io.BytesIO(content), read_only=True, data_only=False, keep_links=False
    )
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size is not believed
        records = _records(sheet, bounds)
        header = next(records, None)
        if header is None:
            raise InvalidInput("The sheet is empty.")
        titles = _trimmed(header.cells)
        return bounded(titles, _fitted(records, len(titles)), bounds)
    finally:
        book.close()


def _records(sheet: Any, bounds: Bounds) -> Iterator[Line]:
    gaps = 0
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = _trimmed(tuple(_text(cell) for cell in row[: bounds.columns + 1]))
        if cells:
            yield Line(number, cells)
        else:
            gaps += 1
        if gaps > _MOST_GAPS:
            raise InvalidInput(f"The sheet has more than {_MOST_GAPS:,} empty rows. Delete them.")


def _fitted(records: Iterator[Line], width: int) -> Iterator[Line]:
    """A sheet leaves out empty cells at the end of a row; a table does not."""
    for line in records:
        yield Line(line.number, line.cells + ("",) * (width - len(line.cells)))


def _trimmed(cells: tuple[str, ...]) -> tuple[str, ...]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _text(cell: Any) -> str:
    if cell.value is None:
        return ""
    where = cell.coordinate
    if cell.data_type == "f":
        raise InvalidInput(
            f"Cell {where} is a formula. Copy the sheet and paste it as values.", line=cell.row
        )
    if cell.data_type == "e":
        raise InvalidInput(f"Cell {where} shows an error ({cell.value}).", line=cell.row)
    if isinstance(cell.value, int | float) and abs(cell.value) >= _EXACT:
        raise InvalidInput(
            f"Cell {where} is a number of more than 15 digits, of which a spreadsheet keeps 15."
            " Format the column as text and enter it again.",
            line=cell.row,
        )
    return text_of(cell.value)
