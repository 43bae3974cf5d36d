"""What of this room needs someone's attention."""

from typing import Any

from django.urls import reverse

from quartermaster.inventory import queries
from quartermaster.inventory.models import DeviceStatus
from quartermaster.inventory.permits import DEVICE_VIEW
from quartermaster.web.cards import Card, card


@card(order=30, permit=DEVICE_VIEW)
def lost(request: Any) -> Card | None:
    """Devices that are lost."""
    count = queries.devices_visible_to(request.actor).filter(status=DeviceStatus.LOST).count()
    if not count:
        return None
    address = reverse("inventory:devices") + "?status=lost"
    return Card("Lost devices", count, address, "Reported lost and not found again.", tone="bad")
