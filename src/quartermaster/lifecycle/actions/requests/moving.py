"""Changing the state of a request: one row, conditionally, with its deadline."""

from datetime import datetime

from django.conf import settings

from quartermaster.jobs.acts import Act
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.kernel.permits import Actor
from quartermaster.kernel.worded import values
from quartermaster.lifecycle.calendar import after_working_days, halfway
from quartermaster.lifecycle.events import RequestEnded
from quartermaster.lifecycle.models import Request, Reservation
from quartermaster.lifecycle.queries.steps import Taker, taker_of, turn_of
from quartermaster.lifecycle.rules.requests import (
    LIVE_REQUESTS,
    OPEN_ITEMS,
    PERIODS,
    REQUEST,
    ItemState,
    RequestState,
)

HOUSE_REASON = 500


def move(request: Request, verb: str, doing: Act, **more: object) -> None:
    """Take one step; `Conflict` where it is not possible (any longer)."""
    step = REQUEST.transitions[verb]
    fields = {**term(step.target, doing.at), **more}
    if step.target not in LIVE_REQUESTS:
        fields["closed_at"] = doing.at
    rows = Request.objects.filter(id=request.id, state__in=values(step.sources))
    if rows.update(state=step.target.value, **fields) != 1:
        request.refresh_from_db()
        REQUEST.target(verb, RequestState(request.state))
        raise Conflict("The request changed at the same time; try again.")
    request.refresh_from_db()
    if request.closed_at is not None:
        let_go(request, doing)
        doing.emit(RequestEnded(request.id, request.state))


def term(state: RequestState, at: datetime) -> dict[str, datetime | None]:
    """By when the step is due, and when the clock looks at the request next."""
    period = PERIODS.get(state)
    if period is None:
        return {"due_at": None, "wake_at": None, "escalated_at": None}
    due = after_working_days(at, settings.REQUEST_DAYS[period])
    return {"due_at": due, "wake_at": halfway(at, due), "escalated_at": None}


def let_go(request: Request, doing: Act) -> None:
    """What is over keeps nothing in stock, and nothing of it is ordered."""
    kept = Reservation.objects.filter(item__request=request, ended_at=None)
    kept.update(ended_at=doing.at)
    request.items.filter(state__in=values(OPEN_ITEMS)).update(state=ItemState.DROPPED)


def its_taker(request: Request, actor: Actor, at: datetime) -> Taker:
    """In whose name the actor takes the step; `Refused` where it is not theirs."""
    taker = taker_of(request, actor, at)
    if taker is None:
        raise Refused(_why_not(request, actor, at))
    return taker


def _why_not(request: Request, actor: Actor, at: datetime) -> str:
    if actor.person_id in {request.person_id, request.asker_id}:
        return "Nobody decides on a request of their own; another person must."
    turn = turn_of(request, at)
    names = ", ".join(one.name for one in turn.owners) or "nobody at present"
    return f"This step is not yours. It is with {turn.said}: {names}."


def in_the_name_of(taker: Taker) -> dict[str, str]:
    """What the ledger adds where somebody stands in for another."""
    return {"stands_for": taker.stands_for.number} if taker.stands_for is not None else {}
