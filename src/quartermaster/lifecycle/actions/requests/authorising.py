"""ITMD's step: to authorise with stock first, or to refuse (G-7, G-8, G-12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.permits import Actor
from quartermaster.kernel.words import said
from quartermaster.lifecycle.actions.requests.moving import (
    in_the_name_of,
    its_taker,
    move,
)
from quartermaster.lifecycle.actions.requests.reserving import keep, step
from quartermaster.lifecycle.actions.requests.telling import tell_owners, tell_people
from quartermaster.lifecycle.actions.second import record_second
from quartermaster.lifecycle.events import RequestAuthorised
from quartermaster.lifecycle.models import Request, RequestItem
from quartermaster.lifecycle.queries.coverage import require_at_work, require_served
from quartermaster.lifecycle.queries.requests import request_for_update
from quartermaster.lifecycle.queries.second import second_items_of
from quartermaster.lifecycle.rules.requests import REQUEST, RequestState
from quartermaster.lifecycle.rules.second import SecondDetails


@dataclass(frozen=True)
class Supply:
    """Where an item comes from: ``thing_id`` out of stock, to be ordered, or not at all."""

    thing_id: UUID | None = None
    dropped: bool = False


TO_ORDER = Supply()
DROPPED = Supply(dropped=True)


def authorise(
    *,
    request: Request,
    supplies: Mapping[UUID, Supply],
    reason: str = "",
    second: SecondDetails | None = None,
    actor: Actor,
    at: datetime,
) -> Request:
    """Authorise a request: reserve from stock, have ordered what is not there (G-7, G-12).

    Args:
        request: a recommended one; never one's own, nor one that one recommended.
        supplies: for each item where it comes from.
        reason: what its person reads; needed where something is left out.
        second: for a second cellular device: why, until when, what else was looked at (G-8).
        actor: who authorises.
        at: now.
    """
    with act(actor, at) as doing:
        locked = request_for_update(request.id)
        REQUEST.target("authorise", RequestState(locked.state))
        taker = its_taker(locked, actor, at)
        require_at_work(locked.person)
        require_served(locked.person.department)
        items = list(locked.items.select_for_update().order_by("place"))
        _require_each(items, supplies, reason)
        seconds = _seconds(locked, items, supplies, second, at)
        move(
            locked,
            "authorise",
            doing,
            authorised_by_id=taker.person_id,
            authorised_for=taker.stands_for,
            authorised_at=at,
            authorisation=reason.strip()[:1000],
        )
        for item in items:
            _supply(item, supplies[item.id], doing)
        if second is not None:
            for item in seconds:
                record_second(item, second, doing)
        doing.record(
            "lifecycle.request.authorised",
            locked,
            reason=locked.authorisation,
            items={str(item.place): item.state for item in items},
            **in_the_name_of(taker),
        )
        doing.emit(RequestAuthorised(locked.id))
        tell_people(locked, doing)
        tell_owners(locked, "due", doing)
    return locked


def refuse(*, request: Request, reason: str, actor: Actor, at: datetime) -> Request:
    """Refuse a request, with the reason that its person reads (G-7, G-12)."""
    with act(actor, at) as doing:
        locked = request_for_update(request.id)
        REQUEST.target("refuse", RequestState(locked.state))
        taker = its_taker(locked, actor, at)
        why = said(reason, "Say why it is refused", 1000)
        move(
            locked,
            "refuse",
            doing,
            authorised_by_id=taker.person_id,
            authorised_for=taker.stands_for,
            authorised_at=at,
            authorisation=why,
        )
        doing.record("lifecycle.request.refused", locked, reason=why, **in_the_name_of(taker))
        tell_people(locked, doing)
    return locked


def _require_each(items: list[RequestItem], supplies: Mapping[UUID, Supply], reason: str) -> None:
    missing = next((item for item in items if item.id not in supplies), None)
    if missing is not None or len(supplies) != len(items):
        place = missing.place if missing is not None else 1
        raise InvalidInput("Say for each item where it comes from.", field=f"item_{place}")
    dropped = [item for item in items if supplies[item.id].dropped]
    if len(dropped) == len(items):
        raise InvalidInput("Nothing is left. Refuse the request instead.", field="reason")
    if dropped and not reason.strip():
        raise InvalidInput(f"Say why this is left out: {dropped[0]}.", field="reason")


def _seconds(
    request: Request,
    items: list[RequestItem],
    supplies: Mapping[UUID, Supply],
    second: SecondDetails | None,
    at: datetime,
) -> list[RequestItem]:
    """The items that make a second cellular device, which takes its reason (G-8)."""
    for item in items:
        item.request = request
    chosen = [item for item in items if not supplies[item.id].dropped]
    found = second_items_of(request, chosen, at)
    if found and second is None:
        raise InvalidInput(
            f"{request.person.name} would hold a second cellular device. Look at the"
            " alternatives, and say why it is authorised and until when.",
            field="second_reason",
        )
    return found


def _supply(item: RequestItem, supply: Supply, doing: Act) -> None:
    if supply.dropped:
        step(item, "drop")
    elif supply.thing_id is None:
        step(item, "have ordered")
    else:
        keep(item, supply.thing_id, doing)
