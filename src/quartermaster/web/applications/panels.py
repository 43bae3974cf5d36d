"""Applications on the page of a device: what it is to have, how far that is, what is on offer."""

from typing import Any

from django.urls import reverse

from quartermaster.inventory.models import Device
from quartermaster.kernel.permits import reach
from quartermaster.mdm import software as queries
from quartermaster.mdm.permits import ENROLMENT_VIEW
from quartermaster.mdm.queries import enrolment_now
from quartermaster.mdm.software_permits import SOFTWARE_RETRY, SOFTWARE_VIEW, SOFTWARE_WISH
from quartermaster.web.applications.tables import STATES
from quartermaster.web.marks import chip
from quartermaster.web.panels import Body, panel


@panel("device", title="Applications", order=27, permit=ENROLMENT_VIEW)
def applications(request: Any, device: Device) -> Body | None:
    """What the City delivers to a device."""
    place = {"person_id": device.holder_id, "department_id": device.department_id}
    may_wish = reach(request.actor, SOFTWARE_WISH).covers(**place)
    if not may_wish and not reach(request.actor, SOFTWARE_VIEW).covers(**place):
        return None
    enrolment = enrolment_now(device.id)
    rows = queries.device_software_visible_to(request.actor).filter(device=device)
    shown = [row for row in rows if enrolment and row.enrolment_id == enrolment.id]
    offers = queries.offered_to(device) if enrolment and may_wish else []
    if not shown and not offers:
        return None
    may_retry = reach(request.actor, SOFTWARE_RETRY).everything
    lines = []
    for row in shown:
        address, label = "", ""
        if may_retry and row.state in {"failed", "declined"}:
            address, label = reverse("applications:again", kwargs={"key": row.pk}), "Try again"
        elif may_wish and row.wished_at:
            address, label = reverse("applications:forget", kwargs={"key": row.pk}), "Remove"
        lines.append((row, chip(row.get_state_display(), tone=STATES[row.state]), address, label))
    return Body(
        "applications/panels/device.html",
        lines=lines,
        offers=offers,
        wish=reverse("applications:wish", kwargs={"key": device.pk}) if offers else "",
    )
