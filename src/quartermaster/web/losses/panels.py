"""What losses add to the pages of devices and people."""

from typing import Any

from quartermaster.inventory.models import Device
from quartermaster.lifecycle.loss_permits import LOSS_VIEW
from quartermaster.lifecycle.queries.losses import losses_visible_to
from quartermaster.web.losses.tables import TONES
from quartermaster.web.marks import chip
from quartermaster.web.panels import Body, panel


@panel("device", title="Loss and damage", order=25, permit=LOSS_VIEW)
def losses_of_device(request: Any, device: Device) -> Body | None:
    """The cases of the device."""
    rows = [
        (loss, chip(loss.get_state_display(), tone=TONES[loss.state]))
        for loss in losses_visible_to(request.actor).filter(device=device)
    ]
    return Body("losses/panels/device.html", losses=rows) if rows else None
