"""What the reader is asked about the things they hold."""

from django.urls import reverse

from quartermaster.inventory.permits import CONFIRMATION_ANSWER
from quartermaster.inventory.states import ConfirmationState
from quartermaster.inventory.stocktaking import confirmations_visible_to
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Steps, Wait, waits


@waits("Do you have it?", permit=CONFIRMATION_ANSWER, order=9)
def questions(request: HouseRequest) -> Steps:
    """Whether the reader has what the record gives them (C-3)."""
    rows = confirmations_visible_to(request.actor).filter(
        holder_id=request.actor.person_id,
        state__in=[ConfirmationState.ASKED, ConfirmationState.OVERDUE],
    )
    if not (yield rows):
        return
    for row in rows.order_by("asked_at", "id"):
        address = reverse("custody:confirmation", kwargs={"key": row.pk})
        yield Wait(f"Answer: {row}", address, note=f"Asked by {row.asked_by}")
