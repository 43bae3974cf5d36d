"""Destroying the detail of a cycle: its files and its key in one act, but what is held.

What is under a legal hold is written anew under a new key before the old one goes, so that the rest
is gone even where a copy of the old files is left somewhere. Who may, and when, is asked before:
`usage.disposal.detail`.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
from django.db import transaction

from quartermaster.jobs.acts import Act
from quartermaster.kernel.errors import Conflict
from quartermaster.usage.models import DetailFile, UsageCycle
from quartermaster.usage.warehouse import columns, keys, questions, reading, store


@dataclass(frozen=True)
class Gone:
    """What went: how many files, with how many rows, and how many of these were written anew."""

    files: int
    rows: int
    held_rows: int


def numbers_in(cycle: UsageCycle) -> set[str]:
    """The numbers that the detail in force of a cycle is of."""
    files = reading.in_force([cycle])
    if not files:
        return set()
    with reading.opened(files, repeated=(*columns.REPEATED, "number")) as opened:
        return {row["number"] for row in opened.rows(questions.numbers())}


def destroy_cycle(cycle: UsageCycle, held: Collection[str], doing: Act) -> Gone:
    """Destroy files and key of a cycle that is locked; what these numbers did gets a new key."""
    files = reading.in_force([cycle])
    written = _rewritten(cycle, files, sorted(held)) if held else []
    whole = [(file, new) for file, new in written if new.rows]
    new_key = cycle.sealed_key if whole else None
    now = doing.at
    DetailFile.objects.filter(id__in=[file.id for file in files]).update(superseded_at=now)
    for file, new in whole:
        _put_in_force(cycle, file, new, doing)
    changed = UsageCycle.objects.filter(id=cycle.id, disposed_at=None).update(
        sealed_key=new_key, disposed_at=None if whole else now
    )
    if changed != 1:
        raise Conflict("The usage detail of this cycle was destroyed in the meantime.")
    places = [file.place for file in files]
    transaction.on_commit(lambda: store.remove(places), robust=True)
    return Gone(len(files), sum(f.rows for f in files), sum(new.rows for _, new in whole))


def _rewritten(
    cycle: UsageCycle, files: Sequence[DetailFile], numbers: Sequence[str]
) -> list[tuple[DetailFile, store.Written]]:
    """The held rows of each file in a new one, under a new key."""
    old = UsageCycle.objects.get(id=cycle.id)
    cycle.sealed_key = keys.new_sealed(cycle)
    written = []
    for file in files:
        file.cycle = old
        new = store.write(cycle, _rows_of(file, numbers))
        if not new.rows:
            store.remove([new.place])
        written.append((file, new))
    return written


def _put_in_force(cycle: UsageCycle, file: DetailFile, new: store.Written, doing: Act) -> None:
    DetailFile.objects.create(
        cycle=cycle,
        source=file.source,
        family=file.family,
        place=new.place,
        rows=new.rows,
        refused=file.refused,
        size=new.size,
        digest=new.digest,
        origin=file.origin,
        taken_at=doing.at,
    )


def _rows_of(file: DetailFile, numbers: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """The rows of these numbers, one after the other: each lies together already."""
    with reading.opened([file]) as opened:
        for number in numbers:
            rows = questions.DETAIL.filter(questions.DETAIL.number == number).drop("cycle_from")
            table = opened.ask(rows.order_by("at"))
            yield from (
                pa.RecordBatch.from_arrays(
                    [
                        column.cast(kind)
                        for column, kind in zip(batch.columns, columns.ARROW.types, strict=True)
                    ],
                    schema=columns.ARROW,
                )
                for batch in table.to_batches()
            )
