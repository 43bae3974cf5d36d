"""What of recoveries waits for the reader."""

from django.urls import reverse

from quartermaster.lifecycle.queries import recoveries as queries
from quartermaster.lifecycle.recovery_permits import RECOVERY_VIEW
from quartermaster.web.cards import Card, card
from quartermaster.web.request import HouseRequest


@card(order=35, permit=RECOVERY_VIEW)
def leavers(request: HouseRequest) -> Card | None:
    """People who left, or are going to, and still have something (C-4)."""
    count = queries.count_live(request.actor)
    if not count:
        return None
    if mine := queries.own_recovery(request.actor):
        address = reverse("recoveries:recovery", kwargs={"key": mine.pk})
        due = mine.things_due
        return Card("To give back before you leave", due, address, "Your list.", tone="warning")
    said = "Who left, or is going to, and still has things."
    return Card("Leavers", count, reverse("recoveries:recoveries"), said)
