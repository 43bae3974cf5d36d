"""What lies on a device, on its page: that there is something, for those who see to it."""

from typing import Any

from django.urls import reverse

from quartermaster.inventory.models import Device
from quartermaster.kernel.permits import reach
from quartermaster.records import capture
from quartermaster.records.permits import ANNOUNCEMENT_VIEW, RECORD_ANNOUNCE_FOR
from quartermaster.web.panels import Body, panel

_MOST = 10


@panel("device", title="Records on it", order=32, permit=ANNOUNCEMENT_VIEW)
def lying(request: Any, device: Device) -> Body | None:
    """What was announced and is not saved, and announcing more (C-2)."""
    rows = capture.announcements_visible_to(request.actor).filter(device=device)
    pending = list(rows.filter(id__in=capture.pending().values("id"))[:_MOST])
    may = not reach(request.actor, RECORD_ANNOUNCE_FOR).nothing and device.holder_id is not None
    if not pending and not may:
        return None
    address = reverse("records:announce-for", kwargs={"key": device.pk}) if may else ""
    return Body("records/panels/device.html", rows=pending, address=address)
