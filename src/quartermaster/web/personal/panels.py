"""What leaving adds to the page of a personal device, and the way to what the City may do."""

from typing import Any

from django.urls import reverse

from quartermaster.inventory.models import Device, DeviceStatus
from quartermaster.lifecycle.permits import PERSONAL_VIEW
from quartermaster.lifecycle.queries.personal import (
    leavings_visible_to,
    personal_devices_visible_to,
)
from quartermaster.web.panels import Body, panel


@panel("device", title="Your rights on it", order=6, permit=PERSONAL_VIEW)
def rights(request: Any, device: Device) -> Body | None:
    """Where it stands what the City may do, and how one leaves (G-1, G-2)."""
    if not device.personal or device.status == DeviceStatus.RETIRED:
        return None
    if not personal_devices_visible_to(request.actor).filter(id=device.id).exists():
        return None
    kwargs = {"key": device.pk}
    return Body(
        "personal/panels/rights.html",
        powers=reverse("personal:powers", kwargs=kwargs),
        leave=reverse("personal:leave", kwargs=kwargs),
    )


@panel("device", title="How it left", order=7, permit=PERSONAL_VIEW)
def left(request: Any, device: Device) -> Body | None:
    """What was removed, and the consent that is kept."""
    found = leavings_visible_to(request.actor).filter(device=device).first()
    return Body("personal/panels/left.html", leaving=found) if found else None
