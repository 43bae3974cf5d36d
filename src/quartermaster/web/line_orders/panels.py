"""What orders to carriers add to the page of a line."""

from typing import Any

from quartermaster.billing.line_order_permits import LINE_ORDER_VIEW
from quartermaster.billing.queries.line_orders import line_orders_visible_to
from quartermaster.inventory.models import Line
from quartermaster.web.line_orders.tables import TONES
from quartermaster.web.marks import chip
from quartermaster.web.panels import Body, panel

MOST = 10


@panel("line", title="Orders to the carrier", order=30, permit=LINE_ORDER_VIEW)
def orders(request: Any, line: Line) -> Body | None:
    """What the carrier was asked about this line (G-9)."""
    rows = line_orders_visible_to(request.actor).filter(line=line)[:MOST]
    shown = [(row, chip(row.get_state_display(), tone=TONES[row.state])) for row in rows]
    return Body("line_orders/panels/line.html", orders=shown) if shown else None
