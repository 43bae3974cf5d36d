"""Requests for usage detail that the reader may decide on."""

from django.urls import reverse

from quartermaster.usage.detail_permits import DETAIL_DECIDE
from quartermaster.usage.queries.detail_requests import to_decide
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Steps, Wait, waits


@waits("Requests for usage detail", permit=DETAIL_DECIDE, order=36)
def requests(request: HouseRequest) -> Steps:
    """What waits for a second person's decision (G-9)."""
    rows = to_decide(request.actor)
    if not (yield rows):
        return
    for row in rows:
        address = reverse("detail_requests:request", kwargs={"key": row.pk})
        yield Wait(f"Grant or decline: {row}", address, None, f"Asked by {row.asked_by}")
