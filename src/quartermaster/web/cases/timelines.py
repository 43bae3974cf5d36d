"""Cases in the life of a device."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from quartermaster.compliance.cases import cases_visible_to
from quartermaster.compliance.permits import CASE_VIEW
from quartermaster.inventory.models import Device
from quartermaster.web.timelines import Happening, happened


@happened("device", lane="Compliance", permit=CASE_VIEW, order=31)
def cases(request: Any, device: Device) -> Iterator[Happening]:
    """Each case when it was prepared and when it was closed."""
    for row in cases_visible_to(request.actor).filter(finding__device=device):
        address = reverse("cases:case", kwargs={"key": row.pk})
        yield Happening(row.prepared_at, "Case prepared", tone="bad", address=address)
        if row.closed_at:
            yield Happening(row.closed_at, "Case closed", tone="neutral", address=address)
