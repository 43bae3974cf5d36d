"""Findings in the life of a device."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from quartermaster.compliance.permits import FINDING_VIEW
from quartermaster.compliance.queries import findings_visible_to
from quartermaster.inventory.models import Device
from quartermaster.web.timelines import Happening, happened


@happened("device", lane="Compliance", permit=FINDING_VIEW, order=30)
def findings(request: Any, device: Device) -> Iterator[Happening]:
    """Each finding when it was opened and when it was settled."""
    for row in findings_visible_to(request.actor).filter(device=device):
        address = reverse("compliance:finding", kwargs={"key": row.pk})
        yield Happening(
            row.opened_at, f"Finding: {row.title}", row.observed, tone="warning", address=address
        )
        if row.closed_at:
            yield Happening(
                row.closed_at,
                f"Settled: {row.title}",
                row.closing_reason,
                tone="good",
                address=address,
            )
