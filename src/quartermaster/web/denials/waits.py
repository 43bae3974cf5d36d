"""Devices of which the reader finds out where they are."""

from collections.abc import Iterator

from django.urls import reverse

from quartermaster.lifecycle.denial_permits import DENIAL_EXPLAIN
from quartermaster.lifecycle.queries.denials import denials_waiting_for
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Wait, waits


@waits("Where is it?", permit=DENIAL_EXPLAIN, order=14)
def denied(request: HouseRequest) -> Iterator[Wait]:
    """What a holder says they do not have (C-3)."""
    for row in denials_waiting_for(request.actor):
        address = reverse("denials:denial", kwargs={"key": row.pk})
        yield Wait(f"Find out: {row}", address, row.due_at, f"On record with {row.holder}")
