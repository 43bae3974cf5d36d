"""Erasing on the page of a device."""

from typing import Any

from django.urls import reverse

from quartermaster.inventory.models import Device, Ownership
from quartermaster.kernel.permits import reach
from quartermaster.mdm import holds, queries
from quartermaster.mdm.abilities import CanDestroy
from quartermaster.mdm.driver import driver_named
from quartermaster.mdm.permits import DESTRUCTION_REQUEST, DESTRUCTION_VIEW
from quartermaster.web.destruction.tables import STATES
from quartermaster.web.marks import chip
from quartermaster.web.panels import Body, panel

_MOST = 5


@panel("device", title="Erasing", order=28, permit=DESTRUCTION_VIEW)
def erasing(request: Any, device: Device) -> Body | None:
    """What was asked for this device, and asking."""
    rows = queries.destructive_requests_visible_to(request.actor)
    asked = rows.filter(targets__enrolment__device=device).distinct()[:_MOST]
    enrolment = queries.enrolment_now(device.id)
    may_ask = reach(request.actor, DESTRUCTION_REQUEST).everything
    able = enrolment is not None and isinstance(driver_named(enrolment.driver), CanDestroy)
    if not asked and not (able and may_ask):
        return None
    buttons = []
    if able and may_ask and enrolment is not None:
        key = {"key": enrolment.pk}
        if device.ownership != Ownership.PERSONAL:
            buttons.append(("Ask to erase", reverse("destruction:erase", kwargs=key)))
        buttons.append(("Ask to remove management", reverse("destruction:remove", kwargs=key)))
    return Body(
        "destruction/panel.html",
        held=holds.hold_on(device, request.at),
        personal=device.ownership == Ownership.PERSONAL,
        buttons=buttons,
        requests=[
            (item, chip(item.get_state_display(), raw=item.state, tone=STATES[item.state]))
            for item in asked
        ],
    )
