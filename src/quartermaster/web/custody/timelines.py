"""Counts, confirmations and photographs in the life of a device."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from quartermaster.inventory.models import Accessory, Device
from quartermaster.inventory.permits import CONFIRMATION_VIEW, COUNT_VIEW, DEVICE_VIEW
from quartermaster.inventory.photographs import photographs_visible_to
from quartermaster.inventory.states import Answer
from quartermaster.inventory.stocktaking import confirmations_visible_to, entries_visible_to
from quartermaster.web.timelines import Happening, happened


@happened("device", lane="Seen", permit=COUNT_VIEW, order=10)
def counted(request: Any, device: Device) -> Iterator[Happening]:
    """When a count came upon it, or did not."""
    yield from _counted(request, device=device)


@happened("accessory", lane="Seen", permit=COUNT_VIEW, order=10)
def counted_kit(request: Any, accessory: Accessory) -> Iterator[Happening]:
    """The same of an accessory."""
    yield from _counted(request, accessory=accessory)


def _counted(request: Any, **of: Any) -> Iterator[Happening]:
    for row in entries_visible_to(request.actor).filter(**of):
        when = row.scanned_at or row.count.closed_at
        if when is None:
            continue
        tone = "good" if row.seen == "found" else "bad" if row.seen == "missing" else "warning"
        address = reverse("custody:count", kwargs={"key": row.count_id})
        title = f"Count: {row.get_seen_display().lower()}"
        yield Happening(when, title, str(row.count), tone=tone, address=address)


@happened("device", lane="Seen", permit=CONFIRMATION_VIEW, order=11)
def confirmed(request: Any, device: Device) -> Iterator[Happening]:
    """What its holders said of it."""
    rows = confirmations_visible_to(request.actor).filter(device=device)
    for row in rows.filter(answered_at__isnull=False):
        tone = "good" if row.answer == Answer.HAVE else "warning"
        said = f"The holder: “{row.get_answer_display()}”"
        if row.answered_at is not None:
            yield Happening(row.answered_at, said, row.note, tone=tone)


@happened("device", lane="Photographs", permit=DEVICE_VIEW, order=60)
def photographed(request: Any, device: Device) -> Iterator[Happening]:
    """Photographs of its condition."""
    for row in photographs_visible_to(request.actor).filter(device=device):
        address = reverse("custody:photograph", kwargs={"key": row.pk})
        title = f"Photograph: {row.get_occasion_display().lower()}"
        yield Happening(row.taken_at, title, row.note, address=address)
