"""Putting things under retention: by rule when they are made, by people with a reason after."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils.timezone import localdate

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, reach, require
from quartermaster.kernel.words import said
from quartermaster.records.actions.retention.schedules import schedule_now
from quartermaster.records.locks import keep_schedule_still
from quartermaster.records.models import Record, Retained, RetentionReached
from quartermaster.records.permits import RETENTION_CLASSIFY, RETENTION_DATE, RETENTION_KEEP
from quartermaster.records.retention import RECORD, due_of, retained_for_update, terms_now
from quartermaster.records.rules.retention import (
    LONGEST_REASON,
    SAID,
    SetBy,
    Standing,
    Terms,
    Trigger,
    series_for,
)

MOST_AT_ONCE, LOOKED_AT, MOST_LOOKED_AT = 500, 500, 50_000


def put_under(
    *,
    kind: str,
    subject_id: UUID,
    label: str,
    source: str,
    made_on: date,
    person_id: UUID | None = None,
    device_id: UUID | None = None,
    not_before: date | None = None,
    doing: Act,
) -> Retained:
    """Put a thing under retention, in the series of its kind, in the act that makes it (C-2)."""
    all_terms = _all_terms(doing.at)
    row = Retained(
        kind=kind,
        subject_id=subject_id,
        label=label,
        person_id=person_id,
        device_id=device_id,
        made_on=made_on,
        not_before=not_before,
        series=series_for(source, all_terms.values()),
    )
    row.due_on = due_of(row, all_terms[row.series])
    row.save(force_insert=True)
    return row


def keep_record(record: Record, doing: Act) -> Retained:
    """Put a record under retention when it is saved (G-5, C-2)."""
    return put_under(
        kind=RECORD,
        subject_id=record.id,
        label=record.number,
        source=record.source,
        made_on=localdate(record.saved_at),
        person_id=record.author_id,
        device_id=record.device_id,
        doing=doing,
    )


def keep_as(*, kind: str, subject_id: UUID, source: str, doing: Act) -> None:
    """Keep a thing in the series of another kind, by rule, in the act that makes it (C-2).

    What a room above saves as a record may belong to something that it keeps itself.
    """
    all_terms = _all_terms(doing.at)
    rows = Retained.objects.select_for_update(of=("self",))
    row = rows.get(kind=kind, subject_id=subject_id, set_by=SetBy.RULE)
    row.series = series_for(source, all_terms.values())
    _save(row, all_terms[row.series])


def keep_earlier_ones(*, actor: Actor, at: datetime) -> int:
    """Put records under retention that were saved before there was any; how many (C-2).

    What is saved since is put under it in the act that saves. So each record is looked at once:
    where the last look ended, the next one begins.
    """
    require(actor, RETENTION_KEEP)
    put = looked = 0
    while put < MOST_AT_ONCE and looked < MOST_LOOKED_AT:
        with act(actor, at) as doing:
            found = _next_ones()
            fresh = _not_under_retention(found)
            for record in fresh:
                keep_record(record, doing)
            if fresh:
                doing.record_about(
                    "records.retention.begun", "records.retained", "", count=len(fresh)
                )
        put, looked = put + len(fresh), looked + len(found)
        if len(found) < LOOKED_AT:
            break
    return put


def _next_ones() -> list[Record]:
    """The records after those that were looked at last; they count as looked at from then on."""
    RetentionReached.objects.get_or_create(id=1)
    reached = RetentionReached.objects.select_for_update().get(id=1)
    rows = Record.objects.order_by("saved_at", "id")
    if reached.saved_at is not None:
        later = Q(saved_at__gt=reached.saved_at)
        rows = rows.filter(saved_at__gte=reached.saved_at).filter(
            later | Q(saved_at=reached.saved_at, id__gt=reached.record_id)
        )
    found = list(rows[:LOOKED_AT])
    if found:
        reached.saved_at, reached.record_id = found[-1].saved_at, found[-1].id
        reached.save(update_fields=["saved_at", "record_id"])
    return found


def _not_under_retention(found: Collection[Record]) -> list[Record]:
    there = [record for record in found if record.destroyed_at is None]
    rows = Retained.objects.filter(kind=RECORD, subject_id__in=[record.id for record in there])
    known = set(rows.values_list("subject_id", flat=True))
    return [record for record in there if record.id not in known]


def classify(
    *, retained_id: UUID, series: str, reason: str, actor: Actor, at: datetime
) -> Retained:
    """Put a thing into another series, with the reason: its author, or the custodian (C-2).

    What the custodian decided stands against the author.
    """
    why = said(reason, "Say why", LONGEST_REASON)
    with act(actor, at) as doing:
        all_terms = _all_terms(at)
        row = retained_for_update(retained_id)
        require(actor, RETENTION_CLASSIFY, person_id=row.person_id if row.kind == RECORD else None)
        custodian = reach(actor, RETENTION_CLASSIFY).everything
        if not custodian and row.set_by == SetBy.CUSTODIAN:
            raise Conflict("The records custodian decided on its series. Ask them.")
        _require_kept(row)
        terms = all_terms.get(series)
        if terms is None:
            raise InvalidInput("The schedule has no such series.", field="series")
        if row.series == series:
            raise InvalidInput("It is in this series already.", field="series")
        before, row.series = row.series, series
        row.set_by = (SetBy.CUSTODIAN if custodian else SetBy.AUTHOR).value
        _save(row, terms)
        doing.record(
            "records.retention.classified",
            row,
            label=row.label,
            before=before,
            series=series,
            due_on=str(row.due_on),
            reason=why,
        )
    return row


def note_event(
    *, retained_id: UUID, happened_on: date, reason: str, actor: Actor, at: datetime
) -> Retained:
    """Say when what its period waits for happened: a case was closed, it was superseded (C-2)."""
    require(actor, RETENTION_DATE)
    why = said(reason, "Say how you know", LONGEST_REASON)
    if happened_on > localdate(at):
        raise InvalidInput("Say it when it happened.", field="happened_on")
    with act(actor, at) as doing:
        all_terms = _all_terms(at)
        row = retained_for_update(retained_id)
        _require_kept(row)
        terms = all_terms.get(row.series)
        if terms is None or terms.trigger not in SAID:
            raise Conflict("The period of its series does not wait for anything that people say.")
        row.happened_on = happened_on
        _save(row, terms)
        doing.record(
            "records.retention.event",
            row,
            label=row.label,
            happened_on=happened_on.isoformat(),
            due_on=str(row.due_on),
            reason=why,
        )
    return row


def follow(
    *,
    trigger: Trigger,
    happened_on: date | None,
    person_id: UUID | None = None,
    device_id: UUID | None = None,
    kind: str = RECORD,
    subject_ids: Collection[UUID] = (),
    actor: Actor,
    at: datetime,
) -> int:
    """Have periods run that waited for this: of a person, a device, or these things (C-2, C-4).

    With no day they wait again. A later day stands against an earlier one.
    """
    require(actor, RETENTION_KEEP)
    if subject_ids:
        rows = Retained.objects.filter(kind=kind, subject_id__in=subject_ids)
    elif person_id is not None:
        rows = Retained.objects.filter(person_id=person_id)
    elif device_id is not None:
        rows = Retained.objects.filter(device_id=device_id)
    else:
        return 0
    with act(actor, at) as doing:
        all_terms = _all_terms(at)
        waiting = [code for code, terms in all_terms.items() if terms.trigger is trigger]
        rows = rows.filter(series__in=waiting).exclude(standing=Standing.DESTROYED)
        found = list(rows.select_for_update(of=("self",)).order_by("id"))
        for row in found:
            later = happened_on is None or row.happened_on is None or row.happened_on < happened_on
            if later:
                row.happened_on = happened_on
                _save(row, all_terms[row.series])
        if found:
            doing.record_about(
                "records.retention.followed",
                "records.retained",
                "",
                trigger=trigger.value,
                happened_on=str(happened_on),
                count=len(found),
            )
    return len(found)


def _all_terms(at: datetime) -> dict[str, Terms]:
    """How each series is kept, until this transaction ends; before any row is locked."""
    schedule_now(at=at)  # ships one where there is none, which waits for others
    keep_schedule_still()
    return terms_now()


def _require_kept(row: Retained) -> None:
    if row.standing == Standing.IN_REVIEW:
        raise Conflict("It is in a batch to be destroyed. Stop that first.")
    if row.standing == Standing.DESTROYED:
        raise Conflict("It was destroyed.")


def _save(row: Retained, terms: Terms) -> None:
    row.due_on = due_of(row, terms)
    row.save(update_fields=["series", "set_by", "happened_on", "due_on"])
