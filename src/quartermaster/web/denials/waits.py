"""Devices of which the reader finds out where they are."""

from django.urls import reverse

from quartermaster.lifecycle.denial_permits import DENIAL_EXPLAIN
from quartermaster.lifecycle.queries.denials import denials_waiting_for
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Steps, Wait, waits


@waits("Where is it?", permit=DENIAL_EXPLAIN, order=14)
def denied(request: HouseRequest) -> Steps:
    """What a holder says they do not have (C-3)."""
    rows = denials_waiting_for(request.actor)
    if not (yield rows):
        return
    for row in rows:
        address = reverse("denials:denial", kwargs={"key": row.pk})
        yield Wait(f"Find out: {row}", address, row.due_at, f"On record with {row.holder}")
