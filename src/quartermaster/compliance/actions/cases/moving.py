"""Changing the state of a case: one row, conditionally, with its deadline and its entry."""

from datetime import datetime

from django.conf import settings

from quartermaster.compliance.calendar import after_working_days
from quartermaster.compliance.events import CaseEnded
from quartermaster.compliance.models import Case
from quartermaster.compliance.rules.cases import CASE, LIVE_CASES, PERIODS, CaseState
from quartermaster.compliance.rules.findings import reminder_at
from quartermaster.jobs.acts import Act
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.kernel.permits import Actor
from quartermaster.kernel.worded import values

_ALWAYS = {"cure", "dismiss", "withdraw", "close"}  # possible while an exception covers it


def move(case: Case, verb: str, doing: Act, **more: object) -> None:
    """Take one step; `Conflict` where it is not possible (any longer)."""
    step = CASE.transitions[verb]
    rows = Case.objects.filter(id=case.id, state__in=values(step.sources))
    if verb not in _ALWAYS:
        rows = rows.filter(paused_at=None)
    fields = {**term(step.target, doing.at), **more}
    if step.target not in LIVE_CASES:
        fields |= {"closed_at": doing.at, "paused_at": None}
    if rows.update(state=step.target.value, **fields) != 1:
        case.refresh_from_db()
        CASE.target(verb, CaseState(case.state))
        if case.paused_at is not None:
            raise Conflict("An exception covers this at present, so the case rests.")
        raise Conflict("The case changed at the same time; try again.")
    case.refresh_from_db()
    if case.closed_at is not None:
        doing.emit(CaseEnded(case_id=case.id, state=case.state))


def term(state: CaseState, at: datetime) -> dict[str, datetime | None]:
    """By when the next step is due, and when the clock looks at the case next."""
    period = PERIODS.get(state)
    if period is None:
        return {"due_at": None, "wake_at": None}
    due = after_working_days(at, settings.CASE_DAYS[period])
    if state is CaseState.DECIDED:
        return {"due_at": due, "wake_at": due, "appeal_until": due}
    return {"due_at": due, "wake_at": reminder_at(at, due)}


def not_about_oneself(actor: Actor, case: Case) -> None:
    """Nobody decides on a case of their own."""
    if actor.person_id is None or actor.person_id == case.holder_id:
        raise Refused("Nobody decides on a case of their own; another person must.")
