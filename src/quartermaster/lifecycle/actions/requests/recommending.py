"""The department's step: to recommend a request, or to decline it (G-7)."""

from datetime import datetime

from quartermaster.inventory.models import AccessoryKind
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.permits import Actor
from quartermaster.kernel.words import said
from quartermaster.lifecycle.actions.requests.moving import (
    in_the_name_of,
    its_taker,
    move,
)
from quartermaster.lifecycle.actions.requests.telling import tell_owners, tell_people
from quartermaster.lifecycle.models import Request
from quartermaster.lifecycle.queries.coverage import require_at_work, require_served
from quartermaster.lifecycle.queries.requests import request_for_update
from quartermaster.lifecycle.rules.requests import REQUEST, RequestState


def recommend(*, request: Request, reason: str = "", actor: Actor, at: datetime) -> Request:
    """Recommend a request to ITMD; never one's own (G-7).

    A hands-free kit for somebody who does not drive for work takes a reason (G-6).
    """
    with act(actor, at) as doing:
        locked = request_for_update(request.id)
        REQUEST.target("recommend", RequestState(locked.state))
        taker = its_taker(locked, actor, at)
        require_at_work(locked.person)
        require_served(locked.person.department)
        if needs_reason(locked) and not reason.strip():
            raise InvalidInput(
                f"{locked.person.name} is not marked as driving for work. Say why a hands-free kit"
                " is needed all the same.",
                field="reason",
            )
        why = reason.strip()[:1000]
        move(
            locked,
            "recommend",
            doing,
            recommended_by_id=taker.person_id,
            recommended_for=taker.stands_for,
            recommended_at=at,
            recommendation=why,
        )
        doing.record("lifecycle.request.recommended", locked, reason=why, **in_the_name_of(taker))
        tell_people(locked, doing)
        tell_owners(locked, "due", doing)
    return locked


def decline(*, request: Request, reason: str, actor: Actor, at: datetime) -> Request:
    """Decline to recommend a request, with the reason that its person reads (G-7)."""
    with act(actor, at) as doing:
        locked = request_for_update(request.id)
        REQUEST.target("decline", RequestState(locked.state))
        taker = its_taker(locked, actor, at)
        why = said(reason, "Say why it is not recommended", 1000)
        move(
            locked,
            "decline",
            doing,
            recommended_by_id=taker.person_id,
            recommended_for=taker.stands_for,
            recommended_at=at,
            recommendation=why,
        )
        doing.record("lifecycle.request.declined", locked, reason=why, **in_the_name_of(taker))
        tell_people(locked, doing)
    return locked


def needs_reason(request: Request) -> bool:
    """Whether it asks for a hands-free kit for somebody who is not known to drive (G-6)."""
    kits = request.items.filter(accessory_kind=AccessoryKind.HANDS_FREE)
    return not request.person.drives and kits.exists()
