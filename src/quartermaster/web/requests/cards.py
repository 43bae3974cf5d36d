"""Requests on the dashboard."""

from django.urls import reverse

from quartermaster.lifecycle.queries.steps import waiting_for
from quartermaster.lifecycle.request_permits import REQUEST_VIEW
from quartermaster.web.cards import Card, card
from quartermaster.web.request import HouseRequest


@card(order=11, permit=REQUEST_VIEW)
def waiting(request: HouseRequest) -> Card | None:
    """The requests whose next step is the reader's (G-7)."""
    count = len(waiting_for(request.actor, request.at))
    if not count:
        return None
    sentence = "For you to recommend or to authorise."
    return Card("Requests", count, reverse("waiting:mine"), sentence, tone="warning")
