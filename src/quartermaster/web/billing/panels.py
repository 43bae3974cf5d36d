"""What purchasing adds to the page of a device."""

from typing import Any

from quartermaster.billing.models import Piece
from quartermaster.billing.permits import ORDER_VIEW
from quartermaster.billing.queries import orders_visible_to
from quartermaster.inventory.models import Device
from quartermaster.web.panels import Body, panel


@panel("device", title="Purchase", order=85, permit=ORDER_VIEW)
def purchase(request: Any, device: Device) -> Body | None:
    """By which order the device came (G-12)."""
    if device.personal:
        return None
    rows = Piece.objects.select_related("line__order__contract", "line__item")
    seen = orders_visible_to(request.actor)
    piece = rows.filter(device=device, line__order__in=seen).first()
    return Body("billing/panels/device.html", piece=piece) if piece else None
