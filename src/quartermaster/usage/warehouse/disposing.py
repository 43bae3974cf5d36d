"""Destroying usage detail whose time is over: its files and its key in one act, but what is held.

What is under a legal hold is written anew under a new key before the old one goes, so that the rest
is gone even where a copy of the old files is left somewhere.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from quartermaster.inventory.models import CustodyPeriod, Line
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require
from quartermaster.policy.rules.versions import city_date, day_begins
from quartermaster.records.holds import live_keepers
from quartermaster.records.locks import keep_holds_still
from quartermaster.usage.models import DetailFile, Disposal, DisposalKind, UsageCycle
from quartermaster.usage.rules.fields import Family
from quartermaster.usage.warehouse import columns, keys, questions, reading, store
from quartermaster.usage.warehouse_permits import DETAIL_DISPOSE

LOOK_AGAIN = timedelta(days=7)
MOST = 50


def dispose_due(*, actor: Actor, at: datetime) -> int:
    """Destroy the detail of the cycles whose time is over; how many were looked at (G-9)."""
    require(actor, DETAIL_DISPOSE)
    done = 0
    while done < MOST and _dispose_next(actor, at):
        done += 1
    return done


def _dispose_next(actor: Actor, at: datetime) -> bool:
    today = city_date(at, settings.TIME_ZONE)
    with act(actor, at) as doing:
        keep_holds_still()  # before any row is locked
        due = UsageCycle.objects.select_for_update(skip_locked=True).filter(
            due_at__lte=at, disposed_at=None, detail_until__lt=today
        )
        cycle = due.order_by("due_at", "id").first()
        if cycle is None:
            return False
        numbers = held_numbers(cycle)
        files = reading.in_force([cycle])
        kept = _rewritten(cycle, files, numbers, doing) if numbers and files else []
        _destroy(cycle, files, kept, doing)
    return True


def people_held() -> QuerySet[CustodyPeriod]:
    """Periods of lines with people who must keep what they have."""
    return CustodyPeriod.objects.filter(
        line__isnull=False, person__in=live_keepers().values("person_id")
    )


def held_numbers(cycle: UsageCycle) -> list[str]:
    """The numbers that somebody under a hold had at any time of a cycle, by custody."""
    zone = settings.TIME_ZONE
    began = day_begins(cycle.cycle_from, zone)
    ended = day_begins(cycle.cycle_until + timedelta(days=1), zone)
    then = people_held().filter(Q(until=None) | Q(until__gt=began), since__lt=ended)
    rows = Line.objects.filter(id__in=then.values("line_id"))
    return sorted(set(rows.values_list("number", flat=True)))


def _rewritten(
    cycle: UsageCycle, files: list[DetailFile], numbers: list[str], doing: Act
) -> list[DetailFile]:
    """The held rows in new files under a new key; nothing where none of them is left to part."""
    old = UsageCycle.objects.get(id=cycle.id)
    written = []
    cycle.sealed_key = keys.new_sealed(cycle)
    for file in files:
        file.cycle = old
        batches = _rows_of(file, numbers)
        written.append((file, store.write(cycle, batches)))
    if all(new.rows == file.rows for file, new in written):
        store.remove(new.place for _, new in written)
        cycle.sealed_key = old.sealed_key
        return files
    whole = [(file, new) for file, new in written if new.rows]
    store.remove(new.place for _, new in written if not new.rows)
    _supersede(files, doing)
    return [
        DetailFile.objects.create(
            cycle=cycle,
            source=file.source,
            family=Family(file.family).value,
            place=new.place,
            rows=new.rows,
            refused=file.refused,
            size=new.size,
            digest=new.digest,
            origin=file.origin,
            taken_at=doing.at,
        )
        for file, new in whole
    ]


def _rows_of(file: DetailFile, numbers: list[str]) -> Iterator[pa.RecordBatch]:
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


def _supersede(files: list[DetailFile], doing: Act) -> None:
    DetailFile.objects.filter(id__in=[file.id for file in files]).update(superseded_at=doing.at)


def _destroy(
    cycle: UsageCycle, files: list[DetailFile], kept: list[DetailFile], doing: Act
) -> None:
    """Let the key go, or put the new one in its place; say on record what became of it."""
    remains = {file.id for file in kept}
    gone = [file for file in files if file.id not in remains]
    again = doing.at + LOOK_AGAIN
    if kept and not gone:  # all of it is held
        UsageCycle.objects.filter(id=cycle.id).update(due_at=again)
        return
    if not kept:
        _supersede(files, doing)
        after = day_begins(cycle.summary_until + timedelta(days=1), settings.TIME_ZONE)
        changes: dict[str, Any] = {"sealed_key": None, "disposed_at": doing.at, "due_at": after}
    else:
        changes = {"sealed_key": cycle.sealed_key, "due_at": again}
    UsageCycle.objects.filter(id=cycle.id, disposed_at=None).update(**changes)
    if files:
        _put_on_record(cycle, gone, kept, doing)
    places = [file.place for file in gone]
    transaction.on_commit(lambda: store.remove(places))


def _put_on_record(
    cycle: UsageCycle, gone: list[DetailFile], kept: list[DetailFile], doing: Act
) -> None:
    held = sum(file.rows for file in kept)
    listed = "\n".join(sorted(file.digest for file in gone))
    disposal = Disposal.objects.create(
        cycle=cycle,
        kind=DisposalKind.DETAIL,
        kept_until=cycle.detail_until,
        files=len(gone),
        rows=sum(file.rows for file in gone) - held,
        held_rows=held,
        digest=hashlib.sha256(listed.encode()).hexdigest(),
        key_destroyed=True,
        done_at=doing.at,
        done_by=doing.actor.label[:200],
    )
    doing.record(
        "usage.detail.destroyed",
        disposal,
        cycle=str(cycle),
        files=disposal.files,
        digest=disposal.digest,
    )
