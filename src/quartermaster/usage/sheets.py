"""Sums as files for spreadsheets: CSV and XLSX in which no cell is ever run as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from quartermaster.kernel.csvsafe import safe
from quartermaster.usage.queries.summaries import Summed
from quartermaster.usage.rules.summaries import NAMES
from quartermaster.usage.rules.telling import TITLES, number

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_TITLE = 31
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

Cell = str | int | float
Table = tuple[Sequence[str], Sequence[Sequence[Cell]]]


def table(first: str, rows: Iterable[Summed]) -> Table:
    """Sums as headings and rows; ``first`` names what they are of."""
    kept = list(rows)
    with_note = any(row.note for row in kept)
    headings = [first, *(["Departments"] if with_note else []), "Lines"]
    headings += [TITLES[name] for name in NAMES]
    cells: list[list[Cell]] = [
        [
            row.label,
            *([row.note] if with_note else []),
            row.lines,
            *(number(name, getattr(row.figures, name)) for name in NAMES),
        ]
        for row in kept
    ]
    return headings, cells


def as_csv(content: Table) -> str:
    """One table as CSV."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([safe(heading) for heading in content[0]])
    writer.writerows([_plain(cell) for cell in row] for row in content[1])
    return out.getvalue()


def as_xlsx(sheets: Mapping[str, Table]) -> bytes:
    """Tables as the sheets of one workbook, with the headings held still."""
    book = Workbook(write_only=True)
    for title, (headings, rows) in sheets.items():
        sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:LONGEST_TITLE])
        sheet.freeze_panes = "B2"
        sheet.column_dimensions["A"].width = 34
        bold = []
        for heading in headings:
            cell = WriteOnlyCell(sheet, _plain(heading))
            cell.font = Font(bold=True)
            bold.append(cell)
        sheet.append(bold)
        for row in rows:
            sheet.append([_plain(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(cell: Cell) -> Cell:
    return safe(_UNPRINTABLE.sub("", cell)) if isinstance(cell, str) else cell
