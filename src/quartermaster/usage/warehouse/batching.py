"""A file judged a part after the other, in memory: the way in which most files are read."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import pyarrow as pa

from quartermaster.usage.warehouse import (
    coding,
    columns,
    engine,
    judging,
    sorting,
    spilling,
    taking,
)
from quartermaster.usage.warehouse.staging import SURPLUS, TABLE, Fate, Statement
from quartermaster.usage.warehouse.taking import BATCH, MOST_REFUSALS, PROBLEMS, RefusedRow, Taking

ROWS_AT_ONCE = 524_288
BYTES_AT_ONCE = 128 * 1024 * 1024
_REFUSED = "refused"


class _OneThreadError(Exception):
    """The file has to be read anew, from one place."""


@dataclass
class _Found:
    """What the parts came to so far."""

    counts: Counter[Fate] = field(default_factory=Counter)
    refusals: list[RefusedRow] = field(default_factory=list)
    parts: list[dict[str, pa.Array]] = field(default_factory=list)
    rows: int = 0


@contextmanager
def taken(statement: Statement, work: Path) -> Iterator[Taking]:
    """The file's rows; they are in memory, some sixty bytes each.

    Raises:
        FileUnreadable: it is no text of rows.
    """
    try:
        found = _read(statement, work, parallel=True)
    except _OneThreadError:
        found = _read(statement, work, parallel=False)
    yield Taking(found.counts, tuple(found.refusals), sorting.ordered(_whole(found), BATCH))


def _read(statement: Statement, work: Path, *, parallel: bool) -> _Found:
    found = _Found()
    with engine.opened(work) as beside:  # it is asked about texts while the other reads
        for part in _parts(statement, work, parallel=parallel):
            judged = judging.judged(statement, part, beside)
            found.counts.update(judged.counts)
            found.parts.append(judged.taken)
            some = judged.refused.slice(0, MOST_REFUSALS - len(found.refusals))
            if len(some):
                found.refusals += _reasons(statement, part.take(some), beside, some, found.rows)
            found.rows += part.num_rows
    return found


def _reasons(
    statement: Statement,
    rows: pa.Table,
    connection: duckdb.DuckDBPyConnection,
    places: pa.Array,
    before: int,
) -> Iterator[RefusedRow]:
    """Why rows are refused: only these are judged one by one."""
    connection.register(_REFUSED, rows)
    try:
        connection.execute(statement.sql(source=_REFUSED))
        told = spilling.refusals(connection)
        connection.execute(f"DROP TABLE {TABLE}")
    finally:
        connection.unregister(_REFUSED)
    for refusal in told:
        yield replace(refusal, row=before + places[refusal.row - 1].as_py() + 1)


def _parts(statement: Statement, work: Path, *, parallel: bool) -> Iterator[pa.Table]:
    """The file's texts in its order, so many rows or bytes at once."""
    names = ", ".join([*statement.cells, SURPLUS])
    source = statement.texts(parallel=parallel)
    with engine.opened(work, reads=statement.file.path) as connection:
        try:
            reader = connection.sql(f"SELECT {names} FROM {source}").to_arrow_reader(BATCH)
            held: list[pa.RecordBatch] = []
            for batch in reader:
                held.append(batch)
                if _is_enough(held):
                    yield pa.Table.from_batches(held)
                    held = []
            yield pa.Table.from_batches(held, reader.schema)
        except PROBLEMS as problem:
            if parallel and taking.needs_one_thread(problem):
                raise _OneThreadError from problem
            raise taking.unreadable() from problem


def _is_enough(held: list[pa.RecordBatch]) -> bool:
    rows = sum(batch.num_rows for batch in held)
    size = sum(batch.nbytes for batch in held)
    return bool(rows >= ROWS_AT_ONCE or size >= BYTES_AT_ONCE)


def _whole(found: _Found) -> dict[str, pa.Array]:
    return {name: coding.joined([part[name] for part in found.parts]) for name in columns.NAMED}
