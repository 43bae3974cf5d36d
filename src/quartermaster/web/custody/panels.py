"""What custody adds to the page of a device: its photographs and its label."""

from typing import Any

from django.urls import reverse

from quartermaster.inventory.models import Accessory, Device
from quartermaster.inventory.permits import ACCESSORY_MANAGE, DEVICE_MANAGE, DEVICE_VIEW
from quartermaster.inventory.permits import PHOTOGRAPH_ADD as ADD
from quartermaster.inventory.photographs import photographs_visible_to
from quartermaster.kernel.permits import reach
from quartermaster.web.custody.labels import address_of, qr_inline
from quartermaster.web.panels import Body, panel

_MOST = 8


@panel("device", title="Photographs", order=80, permit=DEVICE_VIEW)
def photographs(request: Any, device: Device) -> Body | None:
    """The condition of the device as photographed, the latest first."""
    rows = photographs_visible_to(request.actor).filter(device=device)
    place = {"person_id": device.holder_id, "department_id": device.department_id}
    may_add = reach(request.actor, ADD).covers(**place)
    shown = list(rows[:_MOST])
    if not shown and not may_add:
        return None
    add = reverse("custody:photograph-add", kwargs={"key": device.pk}) if may_add else ""
    # whom a holder may not know is not named to them
    extent = reach(request.actor, DEVICE_VIEW)
    named = extent.everything or device.department_id in extent.departments
    return Body("custody/panels/photographs.html", shown=shown, add=add, named=named)


@panel("device", title="Label", order=95, permit=DEVICE_MANAGE)
def label_of_device(_request: Any, device: Device) -> Body | None:
    """The QR code, and printing it; a personal device has none on it."""
    return None if device.personal else _label(device)


@panel("accessory", title="Label", order=95, permit=ACCESSORY_MANAGE)
def label_of_accessory(_request: Any, accessory: Accessory) -> Body:
    """The same of an accessory."""
    return _label(accessory)


def _label(thing: Device | Accessory) -> Body:
    tag = thing.asset_tag
    return Body(
        "custody/panels/label.html",
        code=qr_inline(tag),
        leads=address_of(tag),
        sheet=f"{reverse('custody:labels')}?tags={tag}",
    )
