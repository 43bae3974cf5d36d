"""Batches of what is due, one for each series; what must stay is shown in them as kept out."""

from collections.abc import Iterator
from datetime import date, datetime

from django.conf import settings
from django.utils.timezone import localdate

from quartermaster.jobs.acts import Act, act
from quartermaster.jobs.turns import take_turn
from quartermaster.kernel.numbering import next_number
from quartermaster.kernel.permits import Actor, require
from quartermaster.records.actions.retention.schedules import schedule_now
from quartermaster.records.actions.telling import tell_custodians
from quartermaster.records.disposables import disposable_of, kinds
from quartermaster.records.models import DisposalBatch, DisposalEntry, Retained, SeriesTerms
from quartermaster.records.permits import RETENTION_KEEP
from quartermaster.records.retention import due, terms_of
from quartermaster.records.rules.disposal import BatchState, EntryState
from quartermaster.records.rules.retention import Disposition, Standing

_BATCHES = 0x4241_5443
_CHUNK = 200
MOST_LOOKED_AT = 20_000
MOST_KEPT_OUT = 200


def make_batches(*, actor: Actor, at: datetime) -> list[DisposalBatch]:
    """Put what is due and free into batches to review, one for each series and kind (C-2)."""
    require(actor, RETENTION_KEEP)
    made = []
    series = terms_of(schedule_now(at=at)).values()
    for kind in kinds():
        for terms in series:
            if terms.disposition == Disposition.PERMANENT:
                continue
            batch = _make(kind.kind, terms, actor, at)
            if batch is not None:
                made.append(batch)
    return made


def _make(kind: str, terms: SeriesTerms, actor: Actor, at: datetime) -> DisposalBatch | None:
    today = localdate(at)
    rows = due(today).filter(kind=kind, series=terms.code)
    waiting = DisposalBatch.objects.filter(
        kind=kind, terms__code=terms.code, state=BatchState.REVIEW
    )
    if not rows.exists() or waiting.exists():
        return None
    with act(actor, at) as doing:
        take_turn(_BATCHES)
        if waiting.exists():
            return None
        free, held = _parted(kind, terms.code, today, at)
        if not free:
            return None
        batch = DisposalBatch.objects.create(
            number=next_number(DisposalBatch, "DB", 4, at),
            kind=kind,
            terms=terms,
            due_until=today,
            made_at=at,
        )
        _enter(batch, free, held, doing)
        doing.record(
            "records.disposal.made",
            batch,
            number=batch.number,
            series=terms.code,
            count=len(free),
            kept_out=len(held),
        )
        _tell(batch, len(free), doing)
    return batch


def _parted(
    kind: str, series: str, today: date, at: datetime
) -> tuple[list[Retained], list[tuple[Retained, str]]]:
    """What is due: what may go, and what must stay with its reason."""
    free: list[Retained] = []
    held: list[tuple[Retained, str]] = []
    most = settings.RETENTION_BATCH_MOST
    for chunk in _chunks(kind, series, today):
        kept = disposable_of(kind).kept([row.subject_id for row in chunk], at)
        for row in chunk:
            if row.subject_id in kept:
                held.append((row, kept[row.subject_id]))
            else:
                free.append(row)
        if len(free) >= most:
            break
    return free[:most], held[:MOST_KEPT_OUT]


def _chunks(kind: str, series: str, today: date) -> Iterator[list[Retained]]:
    rows = due(today).filter(kind=kind, series=series).order_by("due_on", "id")
    chunk: list[Retained] = []
    for row in rows[:MOST_LOOKED_AT].iterator(chunk_size=_CHUNK):
        chunk.append(row)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _enter(
    batch: DisposalBatch, free: list[Retained], held: list[tuple[Retained, str]], doing: Act
) -> None:
    keys = [row.id for row in free]
    Retained.objects.filter(id__in=keys).update(standing=Standing.IN_REVIEW)
    DisposalEntry.objects.bulk_create(
        DisposalEntry(batch=batch, retained=row, due_on=_day(row)) for row in free
    )
    DisposalEntry.objects.bulk_create(
        DisposalEntry(
            batch=batch,
            retained=row,
            due_on=_day(row),
            state=EntryState.KEPT_OUT.value,
            reason=why[:500],
            settled_at=doing.at,
        )
        for row, why in held
    )


def _day(row: Retained) -> date:
    assert row.due_on is not None  # only what is due is listed
    return row.due_on


def _tell(batch: DisposalBatch, count: int, doing: Act) -> None:
    tell_custodians(
        "records/disposal/due",
        batch,
        doing,
        link=f"/records/disposal/{batch.id}/",
        key=f"records.disposal/{batch.id}",
        batch=batch,
        count=count,
    )
