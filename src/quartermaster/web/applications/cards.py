"""Licences that are short, and applications that did not arrive."""

from django.urls import reverse

from quartermaster.mdm.licences.queries import count_short
from quartermaster.mdm.software import device_software_visible_to
from quartermaster.mdm.software_permits import SOFTWARE_RETRY
from quartermaster.web.cards import Card, Counted, card
from quartermaster.web.request import HouseRequest


@card(order=34, permit=SOFTWARE_RETRY)
def short(request: HouseRequest) -> Card | None:  # noqa: ARG001 (every card has it)
    """Products of which more licences are wanted than there are."""
    count = count_short()
    if not count:
        return None
    sentence = "More licences are wanted than the City owns. Buy some, or see who has them."
    return Card("Licences short", count, reverse("applications:licences"), sentence, tone="warning")


@card(order=35, permit=SOFTWARE_RETRY)
def failed(request: HouseRequest) -> Counted:
    """Applications that failed on a device and wait for a person."""
    rows = device_software_visible_to(request.actor).filter(state="failed", due_at=None)
    count = yield rows
    if not count:
        return None
    address = reverse("applications:devices") + "?state=failed"
    sentence = "They failed too often or cannot be installed. See why, and try again."
    return Card("Applications not delivered", count, address, sentence, tone="bad")
