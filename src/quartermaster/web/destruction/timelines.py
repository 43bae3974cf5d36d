"""What destroys, in the life of a device."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from quartermaster.inventory.models import Device
from quartermaster.mdm.permits import DESTRUCTION_VIEW
from quartermaster.mdm.queries import destructive_requests_visible_to
from quartermaster.web.timelines import Happening, happened


@happened("device", lane="Erasing", permit=DESTRUCTION_VIEW, order=40)
def erasing(request: Any, device: Device) -> Iterator[Happening]:
    """What was asked for, what went out, and how it ended."""
    rows = destructive_requests_visible_to(request.actor)
    asked = rows.filter(targets__enrolment__device=device).distinct()
    for row in asked.prefetch_related("targets__enrolment"):
        address = reverse("destruction:request", kwargs={"key": row.pk})
        kind = row.get_kind_display()
        yield Happening(row.requested_at, f"Asked: {kind}", tone="warning", address=address)
        for target in row.targets.all():
            if target.enrolment.device_id != device.id:
                continue
            if target.released_at:
                yield Happening(target.released_at, f"Sent: {kind}", tone="bad", address=address)
            if target.settled_at:
                said = target.outcome
                yield Happening(
                    target.settled_at, f"Ended: {kind}", said, tone="bad", address=address
                )
