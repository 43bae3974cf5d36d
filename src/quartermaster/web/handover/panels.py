"""What hand-outs add to the pages of people, devices and accessories."""

from typing import Any

from quartermaster.inventory.models import Accessory, Device
from quartermaster.lifecycle.permits import HANDOVER_VIEW
from quartermaster.lifecycle.queries import handovers as queries
from quartermaster.org.models import Person
from quartermaster.web.panels import Body, panel

_MOST = 20


@panel("person", title="Receipts", order=25, permit=HANDOVER_VIEW)
def of_person(request: Any, person: Person) -> Body | None:
    """What the person signed for, and what waits for their signature."""
    rows = queries.handovers_visible_to(request.actor).filter(holder=person)
    waiting = rows.filter(state="prepared")
    signed = queries.receipts_of(request.actor, person=person)[:_MOST]
    if not waiting and not signed:
        return None
    return Body("handover/panels/receipts.html", waiting=waiting, signed=signed, named=False)


@panel("device", title="Hand-outs", order=25, permit=HANDOVER_VIEW)
def of_device(request: Any, device: Device) -> Body | None:
    """Who signed for the device, and for whom it is ready."""
    if device.personal:
        return None
    rows = queries.handovers_visible_to(request.actor)
    waiting = rows.filter(items__device=device, items__live=True)
    signed = queries.receipts_of(request.actor, device=device)[:_MOST]
    if not waiting and not signed:
        return None
    return Body("handover/panels/receipts.html", waiting=waiting, signed=signed, named=True)


@panel("accessory", title="Hand-outs", order=25, permit=HANDOVER_VIEW)
def of_accessory(request: Any, accessory: Accessory) -> Body | None:
    """Who signed for the accessory, and for whom it is ready."""
    rows = queries.handovers_visible_to(request.actor)
    waiting = rows.filter(items__accessory=accessory, items__live=True)
    signed = queries.receipts_of(request.actor, accessory=accessory)[:_MOST]
    if not waiting and not signed:
        return None
    return Body("handover/panels/receipts.html", waiting=waiting, signed=signed, named=True)
