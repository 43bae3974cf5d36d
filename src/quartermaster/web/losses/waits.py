"""Steps of losses that are the reader's."""

from django.urls import reverse

from quartermaster.lifecycle.loss_permits import LOSS_HANDLE, LOSS_VIEW
from quartermaster.lifecycle.queries.losses import replacements_to_hand_out, steps_waiting_for
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Steps, Wait, waits


@waits("Lost and damaged", permit=LOSS_VIEW, order=15)
def steps(request: HouseRequest) -> Steps:
    """What the reader owes to a loss or a damage (G-11)."""
    rows = steps_waiting_for(request.actor)
    if not (yield rows):
        return
    for step in rows.order_by("due_at", "id"):
        address = reverse("losses:loss", kwargs={"key": step.loss_id})
        yield Wait(f"{step}: {step.loss.device.asset_tag}", address, step.due_at, step.loss.place)


@waits("Replacements to hand out", permit=LOSS_HANDLE, order=31)
def replacements(request: HouseRequest) -> Steps:
    """What was chosen in place of a lost device and is not with its employee (G-11)."""
    rows = replacements_to_hand_out(request.actor)
    if not (yield rows):
        return
    for row in rows:
        if row.device is None:
            continue
        address = reverse("handover:device", kwargs={"key": row.device_id})
        title = f"Hand out: {row.device.asset_tag} to {row.loss.held_by}"
        yield Wait(title, address, note=f"In place of {row.loss.device.asset_tag}")
