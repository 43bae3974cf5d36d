"""What waits for a second person, and what can still be stopped or is not confirmed."""

from django.db.models import Q
from django.urls import reverse

from quartermaster.mdm import queries
from quartermaster.mdm.permits import (
    DESTRUCTION_APPROVE,
    DESTRUCTION_APPROVE_HELD,
    DESTRUCTION_VIEW,
)
from quartermaster.mdm.rules.destruction import DAY, RequestState
from quartermaster.web.cards import Card, Counted, card
from quartermaster.web.request import HouseRequest


@card(order=5, permit=DESTRUCTION_APPROVE)
def waiting_for_a_second_person(request: HouseRequest) -> Counted:
    rows = queries.destructive_requests_visible_to(request.actor)
    asked = rows.filter(state=RequestState.REQUESTED, despite_hold=False)
    count = yield asked.exclude(requester_id=request.actor.person_id)
    if not count:
        return None
    return Card(
        "Waiting for a second person",
        count,
        f"{reverse('destruction:requests')}?state=requested",
        "Somebody asks that devices be erased or let go.",
        "warning",
    )


@card(order=5, permit=DESTRUCTION_APPROVE_HELD)
def waiting_for_the_custodian(request: HouseRequest) -> Counted:
    rows = queries.destructive_requests_visible_to(request.actor)
    count = yield rows.filter(state=RequestState.REQUESTED, despite_hold=True)
    if not count:
        return None
    return Card(
        "In spite of a hold",
        count,
        f"{reverse('destruction:requests')}?state=requested",
        "Somebody asks that what is under a hold be erased or let go. You alone can agree.",
        "bad",
    )


@card(order=6, permit=DESTRUCTION_VIEW)
def about_to_be_sent(request: HouseRequest) -> Counted:
    rows = queries.destructive_requests_visible_to(request.actor)
    count = yield rows.filter(state__in=[RequestState.WAITING, RequestState.BLOCKED])
    if not count:
        return None
    return Card(
        "Approved and not sent yet",
        count,
        reverse("destruction:requests"),
        "They can still be stopped.",
        "bad",
    )


@card(order=7, permit=DESTRUCTION_VIEW)
def not_confirmed(request: HouseRequest) -> Counted:
    rows = queries.destructive_requests_visible_to(request.actor)
    given_up = Q(state=RequestState.UNCONFIRMED, closed_at__gt=request.at - 30 * DAY)
    count = yield rows.filter(Q(state=RequestState.RELEASED) | given_up)
    if not count:
        return None
    return Card(
        "Erased, not confirmed",
        count,
        reverse("destruction:requests"),
        "The devices have not acknowledged it.",
        "warning",
    )
