"""Versions of the schedule: the shipped one, drafts, and putting one in force by two people."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.permits import Actor, require, system
from quartermaster.kernel.words import said
from quartermaster.org.accounts import Proof, require_proof
from quartermaster.records.locks import change_schedule
from quartermaster.records.models import Retained, RetentionSchedule, SeriesTerms, columns_of
from quartermaster.records.permits import SCHEDULE_APPROVE, SCHEDULE_WRITE
from quartermaster.records.retention import in_force, moved_groups, terms_of
from quartermaster.records.rules.retention import (
    LONGEST_REASON,
    SCHEDULE,
    ScheduleState,
    Standing,
    Terms,
    why_not_whole,
)
from quartermaster.records.rules.shipped import shipped

HOUSE = system("retention")


def schedule_now(*, at: datetime) -> RetentionSchedule:
    """The schedule in force, for acts: where there never was one, the shipped one is (C-2).

    Whoever only reads asks `retention.shown_now` or `retention.terms_now`, which write nothing.
    """
    return in_force() or _ship(at)


def _ship(at: datetime) -> RetentionSchedule:
    with act(HOUSE, at) as doing:
        change_schedule()
        found = in_force()
        if found is not None:
            return found
        note, series = shipped(settings.RECORD_SCHEDULE)
        made = RetentionSchedule.objects.create(
            number=_next_number(),
            note=note,
            drafted_at=at,
        )
        _write(made, series)
        RetentionSchedule.objects.filter(id=made.id).update(
            state=ScheduleState.IN_FORCE, in_force_at=at
        )
        made.refresh_from_db()
        doing.record("records.schedule.shipped", made, law=settings.RECORD_SCHEDULE)
    return made


def draft_schedule(*, note: str, actor: Actor, at: datetime) -> RetentionSchedule:
    """Begin a draft as a copy of what is in force; one at a time (C-2)."""
    require(actor, SCHEDULE_WRITE)
    why = said(note, "Say why it is changed", LONGEST_REASON, "note")
    with act(actor, at) as doing:
        current = schedule_now(at=at)
        change_schedule()
        if RetentionSchedule.objects.filter(state=ScheduleState.DRAFT).exists():
            raise Conflict("There is a draft already. Change that one, or withdraw it.")
        made = RetentionSchedule.objects.create(
            number=_next_number(),
            note=why,
            drafted_at=at,
            drafted_by_id=actor.person_id,
            writers=[str(actor.person_id)],
        )
        _write(made, [row.terms for row in terms_of(current).values()])
        doing.record("records.schedule.drafted", made, number=made.number)
    return made


def write_series(
    *, schedule_id: UUID, terms: Terms, code: str = "", actor: Actor, at: datetime
) -> SeriesTerms:
    """Change a series of a draft, or add one where ``code`` names none (C-2)."""
    require(actor, SCHEDULE_WRITE)
    given = terms.checked()
    with act(actor, at) as doing:
        draft = _draft(schedule_id, actor)
        there = SeriesTerms.objects.filter(schedule=draft)
        if code:
            given = _of_code(given, code)
            if there.filter(code=code).update(**columns_of(given)) != 1:
                raise NotFound("There is no such series in this draft.")
        elif there.filter(code=given.code).exists():
            raise InvalidInput("There is a series with this code.", field="code")
        else:
            SeriesTerms.objects.create(
                schedule=draft, position=there.count() + 1, code=given.code, **columns_of(given)
            )
        # what falls into this series by itself falls into no other
        for row in there.exclude(code=given.code):
            rest = [name for name in row.sources if name not in given.sources]
            if rest != row.sources:
                there.filter(id=row.id).update(sources=rest)
        written = there.get(code=given.code)
        doing.record("records.schedule.written", draft, series=given.code, **_plain(given))
    return written


def drop_series(*, schedule_id: UUID, code: str, actor: Actor, at: datetime) -> RetentionSchedule:
    """Take a series out of a draft; nothing may be in it (C-2)."""
    require(actor, SCHEDULE_WRITE)
    with act(actor, at) as doing:
        draft = _draft(schedule_id, actor)
        if Retained.objects.filter(series=code).exclude(standing=Standing.DESTROYED).exists():
            raise Conflict("There are records in this series. Put them into another one first.")
        gone, _ = SeriesTerms.objects.filter(schedule=draft, code=code).delete()
        if not gone:
            raise NotFound("There is no such series in this draft.")
        doing.record("records.schedule.series-dropped", draft, series=code)
    return draft


def withdraw_schedule(
    *, schedule_id: UUID, reason: str, actor: Actor, at: datetime
) -> RetentionSchedule:
    """Give up a draft (C-2)."""
    require(actor, SCHEDULE_WRITE)
    why = said(reason, "Say why", LONGEST_REASON)
    with act(actor, at) as doing:
        draft = _draft(schedule_id, actor)
        _move(draft, "withdraw", ended_at=at)
        doing.record("records.schedule.withdrawn", draft, reason=why)
    return draft


def put_in_force(
    *, schedule_id: UUID, proof: Proof | None, actor: Actor, at: datetime
) -> RetentionSchedule:
    """Put a draft in force, as a person who did not write on it; all days follow it (C-2).

    Raises:
        Refused: the actor wrote on it, or stands in for somebody who did.
        ProofNeeded: the password was not typed for this version.
    """
    require(actor, SCHEDULE_APPROVE)
    with act(actor, at) as doing:
        change_schedule()
        draft = _locked(schedule_id)
        SCHEDULE.target("put in force", ScheduleState(draft.state))
        if any(actor.speaks_for(UUID(key)) for key in draft.writers if key != "None"):
            raise Refused("Somebody who did not write on it must put it in force.")
        require_proof(proof, actor=actor, purpose=purpose_of(draft), at=at)
        terms = {code: row.terms for code, row in terms_of(draft).items()}
        if problem := why_not_whole(terms.values()):
            raise Conflict(problem)
        _require_covers(terms)
        before = in_force()
        if before is not None:
            _move(before, "supersede", ended_at=at)
        _move(draft, "put in force", in_force_at=at, in_force_by_id=actor.person_id)
        moved = _recompute(terms)
        doing.record("records.schedule.in-force", draft, number=draft.number, moved=moved)
    return draft


def purpose_of(schedule: RetentionSchedule) -> str:
    """What the second person proves who they are for."""
    return f"records.schedule/{schedule.id}"


def _require_covers(terms: dict[str, Terms]) -> None:
    used = Retained.objects.exclude(standing=Standing.DESTROYED).exclude(series__in=list(terms))
    missing = list(used.values_list("series", flat=True).distinct()[:5])
    if missing:
        raise Conflict(f"There are records in series that it lacks: {', '.join(missing)}.")


def _recompute(terms: dict[str, Terms]) -> int:
    """Give everything its day by the new terms; how many days are others."""
    moved = 0
    for group, day in list(moved_groups(terms)):
        rows = Retained.objects.exclude(standing=Standing.DESTROYED).filter(
            series=group.series,
            made_on=group.made_on,
            happened_on=group.happened_on,
            not_before=group.not_before,
            due_on=group.due_on,
        )
        moved += rows.update(due_on=day)
    return moved


def _draft(key: UUID, actor: Actor) -> RetentionSchedule:
    draft = _locked(key)
    if draft.state != ScheduleState.DRAFT:
        raise Conflict("Only a draft is changed.")
    if str(actor.person_id) not in draft.writers:
        draft.writers = [*draft.writers, str(actor.person_id)]
        RetentionSchedule.objects.filter(id=key).update(writers=draft.writers)
    return draft


def _locked(key: UUID) -> RetentionSchedule:
    found = RetentionSchedule.objects.select_for_update(of=("self",)).filter(id=key).first()
    if found is None:
        raise NotFound("There is no such version of the schedule.")
    return found


def _move(schedule: RetentionSchedule, verb: str, **changes: object) -> None:
    now = ScheduleState(schedule.state)
    changes["state"] = SCHEDULE.target(verb, now).value
    rows = RetentionSchedule.objects.filter(id=schedule.id, state=now)
    if rows.update(**changes) != 1:
        raise Conflict("It was changed in the meantime.")
    for name, value in changes.items():
        setattr(schedule, name, value)


def _next_number() -> int:
    last = RetentionSchedule.objects.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _write(schedule: RetentionSchedule, series: Iterable[Terms]) -> None:
    SeriesTerms.objects.bulk_create(
        SeriesTerms(schedule=schedule, position=position, code=terms.code, **columns_of(terms))
        for position, terms in enumerate(series, start=1)
    )


def _plain(terms: Terms) -> dict[str, object]:
    return {
        "trigger": terms.trigger.value,
        "period": terms.period.words(),
        "disposition": terms.disposition.value,
        "basis": terms.basis,
    }


def _of_code(terms: Terms, code: str) -> Terms:
    return Terms(**{**vars(terms), "code": code})
