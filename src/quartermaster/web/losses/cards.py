"""What of losses waits for the reader."""

from django.urls import reverse

from quartermaster.lifecycle.loss_permits import LOSS_VIEW
from quartermaster.lifecycle.queries.losses import steps_waiting_for
from quartermaster.web.cards import Card, Counted, card
from quartermaster.web.request import HouseRequest


@card(order=13, permit=LOSS_VIEW)
def owed_to_losses(request: HouseRequest) -> Counted:
    """The steps of losses that are the reader's (G-11)."""
    rows = steps_waiting_for(request.actor)
    count = yield rows
    if not count:
        return None
    late = rows.filter(due_at__lte=request.at).count()
    said = f"{late} of them overdue." if late else "None of them overdue."
    tone = "bad" if late else "warning"
    address = reverse("losses:losses")
    return Card("Steps of losses waiting for you", count, address, said, tone=tone)
