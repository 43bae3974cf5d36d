"""Destructive requests that wait for a second person."""

from collections.abc import Iterator

from django.urls import reverse

from quartermaster.mdm import queries
from quartermaster.mdm.permits import DESTRUCTION_APPROVE
from quartermaster.mdm.rules.destruction import RequestState
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Wait, waits


@waits("Erasing devices", permit=DESTRUCTION_APPROVE, order=5)
def approvals(request: HouseRequest) -> Iterator[Wait]:
    """Of those that somebody else asked for (G-10)."""
    rows = queries.destructive_requests_visible_to(request.actor)
    asked = rows.filter(state=RequestState.REQUESTED)
    for row in asked.exclude(requester_id=request.actor.person_id):
        address = reverse("destruction:request", kwargs={"key": row.pk})
        yield Wait(f"Approve or refuse: {row}", address, note=row.reason)
