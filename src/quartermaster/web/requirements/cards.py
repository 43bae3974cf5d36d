"""What waits for a decision about requirements."""

from django.urls import reverse

from quartermaster.policy import queries
from quartermaster.policy.permits import CHANGE_CONFIRM, EXCEPTION_DECIDE
from quartermaster.policy.rules.requirements import ChangeState, ExceptionState
from quartermaster.web.cards import Card, Counted, card
from quartermaster.web.request import HouseRequest


@card(order=30, permit=CHANGE_CONFIRM)
def waiting_changes(request: HouseRequest) -> Counted:
    rows = queries.changes_visible_to(request.actor).filter(state=ChangeState.PENDING)
    count = yield rows.exclude(requested_by_id=request.actor.person_id)
    if not count:
        return None
    return Card(
        "Changes that wait for you",
        count,
        reverse("requirements:changes"),
        "They let devices erase themselves, so a second person must agree.",
        "warning",
    )


@card(order=31, permit=EXCEPTION_DECIDE)
def requested_exceptions(request: HouseRequest) -> Counted:
    rows = queries.exceptions_visible_to(request.actor).filter(state=ExceptionState.REQUESTED)
    count = yield rows.exclude(requested_by_id=request.actor.person_id)
    if not count:
        return None
    return Card("Exceptions to decide", count, reverse("requirements:exceptions"), tone="info")
