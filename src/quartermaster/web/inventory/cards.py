"""What of this room needs someone's attention."""

from typing import Any

from django.urls import reverse

from quartermaster.inventory import queries
from quartermaster.inventory.models import DeviceStatus
from quartermaster.inventory.permits import DEVICE_VIEW
from quartermaster.web.cards import Card, Counted, card


@card(order=30, permit=DEVICE_VIEW)
def lost(request: Any) -> Counted:
    """Devices that are lost."""
    count = yield queries.devices_visible_to(request.actor).filter(status=DeviceStatus.LOST)
    if not count:
        return None
    address = reverse("inventory:devices") + "?status=lost"
    return Card("Lost devices", count, address, "Reported lost and not found again.", tone="bad")
