"""Sheets of a workbook as CSV. Nothing is computed: a formula is text that no form accepts."""

import csv
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any, BinaryIO

import openpyxl

from quartermaster.kernel.imports.reading import text_of
from quartermaster.usage.reading.bounds import Bounds, FileRefused

_MOST_GAPS = 100_000  # empty rows in one sheet
FORMULA = "(formula)"


def sheets_of(
    source: BinaryIO, inside: Sequence[zipfile.ZipInfo], work: Path, bounds: Bounds
) -> Iterator[tuple[str, Path]]:
    """Each sheet that has something in it, with its name.

    Raises:
        FileRefused: it is damaged, or larger than it may be.
    """
    packed = sum(item.compress_size for item in inside)
    unpacked = sum(item.file_size for item in inside)
    if any(item.flag_bits & 1 for item in inside):
        raise FileRefused("The workbook has a password. Save it without one.")
    if len(inside) > bounds.parts or unpacked > bounds.workbook:
        raise FileRefused("The workbook is too large when unpacked. Export it as CSV.")
    if unpacked > max(bounds.small, packed * bounds.ratio):
        raise FileRefused("The workbook is much larger unpacked than packed: refused.")
    source.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles that are not read
            book = openpyxl.load_workbook(source, read_only=True, data_only=False, keep_links=False)
            try:
                found = 0
                for number, sheet in enumerate(book.worksheets[: bounds.sheets]):
                    target = work / f"sheet-{number}-{id(source)}.csv"
                    if _write(sheet, target, bounds):
                        found += 1
                        yield sheet.title[:60], target
                    else:
                        target.unlink()
                if not found:
                    raise FileRefused("The workbook has nothing in it.")
            finally:
                book.close()
    except FileRefused:
        raise
    except Exception as problem:  # openpyxl raises whatever a broken file leads it into
        raise FileRefused("The workbook cannot be read. Save it again, or as CSV.") from problem


def _write(sheet: Any, target: Path, bounds: Bounds) -> bool:
    """One CSV row for each row of the sheet, so that numbers of rows are the same."""
    sheet.reset_dimensions()  # what the file says of its size is not believed
    gaps = count = 0
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        for number, row in enumerate(sheet.iter_rows(), start=1):
            if number > bounds.rows or len(row) > bounds.columns:
                raise FileRefused("A sheet has more rows or columns than can be read.")
            cells = [_text(cell, bounds) for cell in row]
            if any(cells):
                count += 1
            else:
                gaps += 1
            if gaps > _MOST_GAPS:
                raise FileRefused(f"A sheet has more than {_MOST_GAPS:,} empty rows.")
            writer.writerow(cells or [""])
    return count > 0


def _text(cell: Any, bounds: Bounds) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return FORMULA
    if isinstance(value, datetime) and value.time() != time():
        text = value.isoformat(timespec="seconds")
    elif isinstance(value, float) and not value.is_integer():
        text = f"{value:.10f}".rstrip("0")
    else:
        text = text_of(value)
    if len(text) > bounds.cell:
        raise FileRefused(f"A cell has more than {bounds.cell:,} characters.")
    return " ".join(text.split())
