"""Destructive requests that wait for a second person."""

from django.urls import reverse

from quartermaster.mdm import queries
from quartermaster.mdm.permits import DESTRUCTION_APPROVE
from quartermaster.mdm.rules.destruction import RequestState
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Steps, Wait, waits


@waits("Erasing devices", permit=DESTRUCTION_APPROVE, order=5)
def approvals(request: HouseRequest) -> Steps:
    """Of those that somebody else asked for (G-10)."""
    rows = queries.destructive_requests_visible_to(request.actor)
    asked = rows.filter(state=RequestState.REQUESTED)
    others = asked.exclude(requester_id=request.actor.person_id)
    if not (yield others):
        return
    for row in others:
        address = reverse("destruction:request", kwargs={"key": row.pk})
        yield Wait(f"Approve or refuse: {row}", address, note=row.reason)
