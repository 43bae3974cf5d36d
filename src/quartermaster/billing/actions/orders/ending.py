"""Orders that come to nothing, and orders that are done with."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from quartermaster.billing.actions.common import move, the_order
from quartermaster.billing.events import OrderCancelled
from quartermaster.billing.models import Order, OrderLine
from quartermaster.billing.permits import ORDER_RAISE
from quartermaster.billing.rules.orders import require_reason
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require


def cancel_order(*, order_id: UUID, reason: str, actor: Actor, at: datetime) -> Order:
    """Cancel an order of which nothing came: its items are to be ordered again (G-12)."""
    with act(actor, at) as doing:
        require(actor, ORDER_RAISE)
        order = the_order(order_id)
        why = require_reason(reason, "Say why it is cancelled")
        move(order, "cancel", doing, closing_reason=why)
        doing.record("billing.order.cancelled", order, number=order.number, reason=why)
        _let_go(order, list(order.lines.filter(live=True)), doing)
    return order


def close_order(*, order_id: UUID, reason: str = "", actor: Actor, at: datetime) -> Order:
    """Close an order; where not all came, with the reason, and what is missing is free again."""
    with act(actor, at) as doing:
        require(actor, ORDER_RAISE)
        order = the_order(order_id)
        short = order.state == "partly"
        why = require_reason(reason, "Say why the rest does not come") if short else ""
        move(order, "close", doing, closing_reason=why)
        doing.record("billing.order.closed", order, number=order.number, reason=why)
        came = Count("pieces", filter=Q(pieces__state="kept"))
        missing = order.lines.filter(live=True).annotate(came=came).filter(came=0)
        _let_go(order, list(missing), doing)
    return order


def _let_go(order: Order, lines: list[OrderLine], doing: Act) -> None:
    """Free the items behind lines that come to nothing, and tell the rooms above."""
    if not lines:
        return
    OrderLine.objects.filter(id__in=[line.id for line in lines]).update(live=False)
    doing.emit(
        OrderCancelled(
            order_id=order.id,
            number=order.number,
            request_item_ids=tuple(line.request_item_id for line in lines),
        )
    )
