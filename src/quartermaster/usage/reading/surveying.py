"""Whose the rows of a detail file are, counted by the engine, because there may be millions."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from quartermaster.usage.reading.bounds import FileRefused
from quartermaster.usage.reading.tables import Found
from quartermaster.usage.rules.contents import Whose
from quartermaster.usage.rules.profiles import Layout
from quartermaster.usage.rules.reading import Given, Unreadable, read_cells, whose_of
from quartermaster.usage.warehouse import engine, expressions, literals

_FIELDS = ("account", "cycle_from", "cycle_until", "cycle_span")
_MOST = 2000  # ways in which one file says whose its rows are
_LONGEST_LINE = 256 * 1024


@dataclass
class Survey:
    """How many rows are whose; how many say nothing that can be read, and an example of them."""

    rows: dict[Whose, int] = field(default_factory=dict)
    unreadable: int = 0
    example: str = ""


def survey(found: Found, given: Given, work: Path) -> Survey:
    """Count the rows of each account and cycle.

    Raises:
        FileRefused: it cannot be read as rows of cells.
    """
    result = Survey()
    for cells, count in _counted(found, work):
        try:
            whose = whose_of(read_cells(found.fitted, cells), given)
        except Unreadable as problem:
            result.unreadable += count
            result.example = str(problem)
            continue
        result.rows[whose] = result.rows.get(whose, 0) + count
    return result


def _counted(found: Found, work: Path) -> Iterator[tuple[dict[str, str], int]]:
    places = {name: found.fitted.place(name) for name in _FIELDS}
    there = {name: place.index for name, place in places.items() if place is not None}
    with engine.opened(work, reads=found.path) as connection:
        try:
            rows = connection.execute(_sql(found, list(there.values()))).fetchall()
        except duckdb.Error as problem:
            raise FileRefused(f"{found.path.stem} cannot be read as rows of cells.") from problem
    if len(rows) > _MOST:
        raise FileRefused("The file has rows of more accounts and cycles than can be told apart.")
    for row in rows:
        yield dict(zip(there, row[:-1], strict=True)), int(row[-1])


def _sql(found: Found, wanted: list[int]) -> str:
    """Rows that are data, grouped by the cells wanted; every cell is text."""
    names = [f"c{n}" for n in range(len(found.fitted.headings))] + ["surplus"]
    types = ", ".join(f"{literals.text(name)}: 'VARCHAR'" for name in names)
    cells = "".join(f"coalesce(trim(c{n}), '') AS w{n}, " for n in wanted)
    groups = ", ".join(str(n) for n in range(1, len(wanted) + 1))
    empty = " AND ".join(f"coalesce(trim(c{n}), '') = ''" for n in range(len(names) - 1))
    return (
        f"SELECT {cells}count(*) FROM read_csv({literals.text(str(found.path))},"  # noqa: S608 (quoted)
        f" columns = {{{types}}}, auto_detect = false, header = false, skip = {int(found.skipped)},"
        f" delim = {literals.text(found.delimiter)}, quote = '\"', escape = '\"',"
        f" null_padding = true, strict_mode = false, parallel = false,"
        f" max_line_size = {_LONGEST_LINE})"
        f" WHERE NOT ({empty}) AND NOT {_ignored(found.fitted.layout)}"
        + (f" GROUP BY {groups} LIMIT {_MOST + 1}" if wanted else "")
    )


def _ignored(layout: Layout) -> str:
    return expressions.like_any("coalesce(trim(c0), '')", layout.ignored)
