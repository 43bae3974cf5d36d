"""Reads of contracts and orders."""

from uuid import UUID

from django.db.models import QuerySet

from quartermaster.billing.models import Contract, Order, OrderLine
from quartermaster.billing.permits import CONTRACT_VIEW, ORDER_VIEW
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Actor, reach


def contracts_visible_to(actor: Actor) -> QuerySet[Contract]:
    """The contracts, for those who see prices of the whole city."""
    rows = Contract.objects.all()
    return rows if reach(actor, CONTRACT_VIEW).everything else rows.none()


def orders_visible_to(actor: Actor) -> QuerySet[Order]:
    """The orders that the actor may see: a coordinator, those with a line of their department."""
    rows = Order.objects.select_related("contract", "raised_by", "approved_by", "document")
    extent = reach(actor, ORDER_VIEW)
    if extent.everything:
        return rows
    lines = OrderLine.objects.filter(department_id__in=extent.departments)
    return rows.filter(id__in=lines.values("order_id"))


def order_seen_by(actor: Actor, order_id: UUID) -> Order:
    """One order, or `NotFound` where the actor may not know of it."""
    found = orders_visible_to(actor).filter(id=order_id).first()
    if found is None:
        raise NotFound("There is no such order, or you may not see it.")
    return found


def lines_visible_to(actor: Actor, order: Order) -> QuerySet[OrderLine]:
    """The lines of an order that the actor may see, with what came."""
    rows = order.lines.select_related(
        "item__model", "plan", "department", "holder", "for_device", "order"
    ).prefetch_related("pieces__device", "pieces__accessory", "pieces__sim__line")
    extent = reach(actor, ORDER_VIEW)
    return rows if extent.everything else rows.filter(department_id__in=extent.departments)


def outstanding(line: OrderLine) -> int:
    """How many pieces of a line are still to come."""
    return max(0, line.quantity - line.pieces.filter(state="kept").count())
