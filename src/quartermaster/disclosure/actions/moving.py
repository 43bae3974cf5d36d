"""Changing the state of a request: one row, conditionally."""

from uuid import UUID

from quartermaster.disclosure.models import RecordsRequest, RequestItem
from quartermaster.disclosure.queries.requests import request_for_update
from quartermaster.disclosure.rules.requests import OPEN, REQUEST, RequestState
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.worded import values


def move(request: RecordsRequest, verb: str, **more: object) -> None:
    """Take one step; `Conflict` where it is not possible (any longer)."""
    step = REQUEST.transitions[verb]
    rows = RecordsRequest.objects.filter(id=request.id, state__in=values(step.sources))
    if rows.update(state=step.target.value, **more) != 1:
        request.refresh_from_db()
        REQUEST.target(verb, RequestState(request.state))
        raise Conflict("The request changed at the same time; look at it again.")
    request.refresh_from_db()


def working(key: UUID) -> RecordsRequest:
    """A request that is being worked on, locked; `Conflict` where it is closed or not begun."""
    request = request_for_update(key)
    if request.state not in OPEN:
        raise Conflict("This request is closed. Reopen it first.")
    if request.state == RequestState.RECEIVED:
        raise Conflict("Acknowledge the request first.")
    return request


def item_for_update(key: UUID) -> RequestItem:
    """One file of a request that is being worked on; both rows locked, the request first."""
    found = RequestItem.objects.filter(id=key).values_list("request_id", flat=True).first()
    if found is None:
        raise NotFound("There is no such file in a request.")
    working(found)
    rows = RequestItem.objects.select_for_update(of=("self",))
    return rows.select_related("request", "item__record", "copy", "words").get(id=key)
