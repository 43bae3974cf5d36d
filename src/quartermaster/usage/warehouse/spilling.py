"""A file judged row by row in the engine, which spills what has no room: for the largest files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from quartermaster.usage.warehouse import columns, engine, taking
from quartermaster.usage.warehouse.staging import TABLE, Fate, Statement
from quartermaster.usage.warehouse.taking import BATCH, MOST_REFUSALS, RefusedRow, Taking


@contextmanager
def taken(statement: Statement, work: Path) -> Iterator[Taking]:
    """The file's rows; they lie in the engine for as long as the block lasts.

    Raises:
        FileUnreadable: it is no text of rows.
    """
    with engine.opened(work, reads=statement.file.path) as connection:
        _stage(connection, statement)
        yield Taking(_counts(connection), refusals(connection), _sorted(connection))


def _stage(connection: duckdb.DuckDBPyConnection, statement: Statement) -> None:
    """Read in parallel; where cells hold line breaks that is not possible, and it is done again."""
    try:
        try:
            connection.execute(statement.sql())
        except duckdb.Error as problem:
            if not taking.needs_one_thread(problem):
                raise
            connection.execute(statement.sql(parallel=False))
    except duckdb.Error as problem:
        raise taking.unreadable() from problem


def _counts(connection: duckdb.DuckDBPyConnection) -> dict[Fate, int]:
    rows = connection.execute(f"SELECT fate, count(*) FROM {TABLE} GROUP BY fate").fetchall()
    found = dict(rows)
    return {fate: int(found.get(fate.value, 0)) for fate in Fate}


def refusals(connection: duckdb.DuckDBPyConnection) -> tuple[RefusedRow, ...]:
    """The first rows refused of those that were judged, with why."""
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
