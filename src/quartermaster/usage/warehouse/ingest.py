"""A file of usage detail, read by the engine row by row and written into the warehouse."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb
import pyarrow as pa

from quartermaster.files.models import StoredFile
from quartermaster.kernel.permits import Actor, require
from quartermaster.usage.models import DetailFile
from quartermaster.usage.rules.cycles import Cycle
from quartermaster.usage.warehouse import columns, engine, keeping, store, texts
from quartermaster.usage.warehouse.staging import TABLE, Delimited, Fate, Statement
from quartermaster.usage.warehouse_errors import FileUnreadable
from quartermaster.usage.warehouse_permits import DETAIL_KEEP

MOST_REFUSALS = 10_000  # kept with their cells; the count is always whole
BATCH = 131_072


@dataclass(frozen=True)
class RefusedRow:
    """A row that could not be taken. ``row`` counts the rows after the headings, from one."""

    row: int
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Ingested:
    """What became of a file: each of its rows is in exactly one of the counts."""

    file: DetailFile
    taken: int
    refused: int
    elsewhere: int
    ignored: int
    refusals: tuple[RefusedRow, ...]


def ingest(
    *,
    file: Delimited,
    cycle: Cycle,
    actor: Actor,
    at: datetime,
    source: str = "",
    origin: StoredFile | None = None,
) -> Ingested:
    """Take the usage detail of one file and cycle in; what was there of that source goes (G-9).

    Args:
        file: the delimited file with the layout that fits its headings.
        cycle: whose it is. Rows that name another account or cycle are left to another call.
        actor: who has it taken in.
        at: now.
        source: what it replaces within the cycle; by itself the family of its rows.
        origin: the file as it was kept.

    Raises:
        FileUnreadable: it is no text of rows.
        Refused: no permit.
    """
    require(actor, DETAIL_KEEP)
    row = keeping.cycle_row(cycle, actor, at)
    work, coding = store.work(), file.fitted.layout.coding
    with (
        texts.readable(file.path, coding, work) as path,
        engine.opened(work, reads=path) as connection,
    ):
        _stage(connection, Statement(replace(file, path=path), cycle))
        counts = _counts(connection)
        refusals = _refusals(connection)
        written = store.write(row, _sorted(connection))
    family = file.fitted.layout.family
    kept = keeping.put_in_force(
        cycle=row,
        source=source or family.value,
        family=family,
        written=written,
        refused=counts[Fate.REFUSED],
        origin=origin,
        actor=actor,
        at=at,
    )
    return Ingested(
        file=kept,
        taken=written.rows,
        refused=counts[Fate.REFUSED],
        elsewhere=counts[Fate.ELSEWHERE],
        ignored=counts[Fate.IGNORED],
        refusals=refusals,
    )


def _stage(connection: duckdb.DuckDBPyConnection, statement: Statement) -> None:
    """Read in parallel; where cells hold line breaks that is not possible, and it is done again."""
    try:
        try:
            connection.execute(statement.sql())
        except duckdb.Error as problem:
            if "parallel" not in str(problem):
                raise
            connection.execute(statement.sql(parallel=False))
    except duckdb.Error as problem:
        raise FileUnreadable(
            "This file could not be read as rows of cells. It may be cut off, or of another kind."
        ) from problem


def _counts(connection: duckdb.DuckDBPyConnection) -> dict[Fate, int]:
    rows = connection.execute(f"SELECT fate, count(*) FROM {TABLE} GROUP BY fate").fetchall()
    found = dict(rows)
    return {fate: int(found.get(fate.value, 0)) for fate in Fate}


def _refusals(connection: duckdb.DuckDBPyConnection) -> tuple[RefusedRow, ...]:
    rows = connection.execute(
        f"SELECT rowid + 1, reason, cells FROM {TABLE} WHERE fate = 'refused'"
        f" ORDER BY rowid LIMIT {MOST_REFUSALS}"
    ).fetchall()
    return tuple(RefusedRow(int(n), reason, tuple(cells)) for n, reason, cells in rows)


def _sorted(connection: duckdb.DuckDBPyConnection) -> Iterator[pa.RecordBatch]:
    """The rows taken, one line's together and in time; equal files give equal order."""
    names = ", ".join(columns.quoted(name) for name in columns.NAMED)
    first = ", ".join(columns.quoted(name) for name in columns.SORTED_BY)
    reader = connection.sql(
        f"SELECT {names} FROM {TABLE} WHERE fate = 'taken' ORDER BY {first}, rowid"
    ).to_arrow_reader(BATCH)
    for batch in reader:
        yield pa.RecordBatch.from_arrays(batch.columns, schema=columns.ARROW)
