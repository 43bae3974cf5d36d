"""What reading a file comes to, whichever way it is read, and what cannot be read at all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from quartermaster.usage.warehouse.staging import Fate
from quartermaster.usage.warehouse_errors import FileUnreadable

MOST_REFUSALS = 10_000  # kept with their cells; the count is always whole
BATCH = 131_072
PROBLEMS = (duckdb.Error, OSError, pa.ArrowException)


@dataclass(frozen=True)
class RefusedRow:
    """A row that could not be taken. ``row`` counts the rows after the headings, from one."""

    row: int
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Taking:
    """What became of the rows of a file; ``batches`` are those taken, by line and time."""

    counts: Mapping[Fate, int]
    refusals: tuple[RefusedRow, ...]
    batches: Iterator[pa.RecordBatch]


def unreadable() -> FileUnreadable:
    return FileUnreadable(
        "This file could not be read as rows of cells. It may be cut off, or of another kind."
    )


def needs_one_thread(problem: Exception) -> bool:
    """Whether cells hold line breaks, so that the file cannot be read from several places."""
    return "parallel" in str(problem)
