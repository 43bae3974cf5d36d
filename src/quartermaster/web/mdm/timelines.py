"""Enrolling and leaving management, in the life of a device."""

from collections.abc import Iterator
from typing import Any

from quartermaster.inventory.models import Device
from quartermaster.mdm.permits import ENROLMENT_VIEW
from quartermaster.mdm.queries import enrolments_visible_to
from quartermaster.web.timelines import Happening, happened


@happened("device", lane="Management", permit=ENROLMENT_VIEW, order=20)
def enrolments(request: Any, device: Device) -> Iterator[Happening]:
    """Each enrolment, and its end."""
    for row in enrolments_visible_to(request.actor).filter(device=device):
        if row.enrolled_at:
            how = row.get_way_display()
            yield Happening(row.enrolled_at, "Enrolled", how, tone="good")
        if row.ended_at:
            yield Happening(row.ended_at, "Left management", row.end_reason, tone="neutral")
