"""A file of usage detail, read by the engine row by row and written into the warehouse."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.conf import settings

from quartermaster.files.models import StoredFile
from quartermaster.kernel.permits import Actor, require
from quartermaster.usage.models import DetailFile
from quartermaster.usage.rules.cycles import Cycle
from quartermaster.usage.warehouse import batching, keeping, spilling, store, texts
from quartermaster.usage.warehouse.staging import Delimited, Fate, Statement
from quartermaster.usage.warehouse.taking import RefusedRow, Taking
from quartermaster.usage.warehouse_permits import DETAIL_KEEP

MEGABYTE = 1024 * 1024


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
    with texts.readable(file.path, coding, work) as path:
        statement = Statement(replace(file, path=path), cycle)
        with way(path)(statement, work) as taking:
            counts, refusals = taking.counts, taking.refusals
            written = store.write(row, taking.batches)
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


def way(path: Path) -> Callable[[Statement, Path], AbstractContextManager[Taking]]:
    """In memory where a file has room there, else through the engine, which spills."""
    room = settings.USAGE_MEMORY_MB * MEGABYTE
    return batching.taken if path.stat().st_size <= room else spilling.taken
