"""Rows from outside: read, check, plan, show, and apply exactly what was shown.

A room declares a `Layout` (a pydantic model of a row, its key, the headings people use), reads
bytes with `read_table` (CSV or a workbook), checks them with `read_rows`, adds the
row errors that only it can know, and draws up a `Plan` against what it holds. Its action applies
the plan inside one act after ``plan.require_applicable(...)``: all of it, or nothing.
"""

from quartermaster.kernel.imports.layout import ImportRow, Layout
from quartermaster.kernel.imports.plan import (
    Caution,
    Change,
    ImportHasErrors,
    NotConfirmed,
    Plan,
    Step,
    Verb,
    draw_up,
)
from quartermaster.kernel.imports.reading import (
    BOUNDS,
    Bounds,
    Encoding,
    Line,
    Table,
    as_utf8,
    read_csv,
    table_of,
)
from quartermaster.kernel.imports.rows import Reading, Row, RowError, read_rows
from quartermaster.kernel.imports.sheets import read_table, read_xlsx

__all__ = [
    "BOUNDS",
    "Bounds",
    "Caution",
    "Change",
    "Encoding",
    "ImportHasErrors",
    "ImportRow",
    "Layout",
    "Line",
    "NotConfirmed",
    "Plan",
    "Reading",
    "Row",
    "RowError",
    "Step",
    "Table",
    "Verb",
    "as_utf8",
    "draw_up",
    "read_csv",
    "read_rows",
    "read_table",
    "read_xlsx",
    "table_of",
]
