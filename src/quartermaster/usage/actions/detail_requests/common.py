"""What the verbs on requests for usage detail share."""

from typing import Any
from uuid import UUID

from quartermaster.jobs.acts import Act
from quartermaster.kernel.errors import Conflict, NotFound, Refused
from quartermaster.kernel.permits import Actor
from quartermaster.usage.models import DetailRequest
from quartermaster.usage.rules.detail_requests import DETAIL_REQUEST, OPEN_DETAIL, DetailState


def the_request(request_id: UUID) -> DetailRequest:
    """The request to change, locked until the transaction ends."""
    rows = DetailRequest.objects.select_for_update(of=("self",))
    found = rows.select_related("person__department", "asked_by").filter(id=request_id).first()
    if found is None:
        raise NotFound("There is no such request.")
    return found


def a_person(actor: Actor) -> UUID:
    """Whoever asks, decides or looks is a person: the house itself never is."""
    if actor.person_id is None:
        raise Refused("Only a person may do this.")
    return actor.person_id


def move(request: DetailRequest, verb: str, doing: Act, **more: Any) -> None:
    """Take one step from exactly the state that was read."""
    was = DetailState(request.state)
    target = DETAIL_REQUEST.target(verb, was)
    if target not in OPEN_DETAIL:
        more["closed_at"] = doing.at
    rows = DetailRequest.objects.filter(id=request.id, state=was)
    if rows.update(state=target, **more) != 1:
        raise Conflict("This request changed in the meantime. Look at it again.")
    request.refresh_from_db()
