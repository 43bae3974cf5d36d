"""What the verbs on orders to carriers share: locks, steps, how a carrier is reached."""

from datetime import datetime
from typing import Any
from uuid import UUID

from quartermaster.billing.line_order_events import LineOrderSettled
from quartermaster.billing.models import LineOrder
from quartermaster.billing.rules.line_orders import (
    LINE_ORDER,
    SETTLED_ORDERS,
    LineOrderState,
)
from quartermaster.inventory.models import Line
from quartermaster.jobs.acts import Act
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.permits import system

HOUSE = system("line orders")
FOLLOW = "quartermaster.billing.line_order_tasks.follow"


def lock_line(line_id: UUID) -> Line:
    """The line, locked: orders on it, and answers to them, come one after another."""
    rows = Line.objects.select_for_update(of=("self",)).select_related("department", "holder")
    found = rows.filter(id=line_id).first()
    if found is None:
        raise NotFound("There is no such line.")
    return found


def the_line_order(order_id: UUID) -> LineOrder:
    """The order to change. Its line is locked first, then itself; always in this sequence."""
    line_id = LineOrder.objects.filter(id=order_id).values_list("line_id", flat=True).first()
    if line_id is None:
        raise NotFound("There is no such order.")
    lock_line(line_id)
    rows = LineOrder.objects.select_for_update(of=("self",))
    return rows.select_related("line__department", "access", "sim", "plan", "recalls").get(
        id=order_id
    )


def move(order: LineOrder, verb: str, doing: Act, **more: Any) -> None:
    """Take one step; what settles the order is told to the rooms above."""
    was = LineOrderState(order.state)
    target = LINE_ORDER.target(verb, was)
    if target in SETTLED_ORDERS:
        more = {
            "settled_at": doing.at,
            "settled_by": doing.actor.label[:200],
            **more,
            "due_at": None,
            "locked_until": None,
        }
    if (
        LineOrder.objects.filter(id=order.id, state=was.value).update(state=target.value, **more)
        != 1
    ):
        raise Conflict("This order changed in the meantime. Look at it again.")
    order.refresh_from_db()
    if target in SETTLED_ORDERS:
        doing.emit(
            LineOrderSettled(
                order_id=order.id,
                line_id=order.line_id,
                kind=order.kind,
                state=order.state,
                cause_kind=order.cause_kind,
                cause_id=order.cause_id,
            )
        )


def change(order: LineOrder, **values: Any) -> None:
    """Write some fields of an order that the caller holds."""
    LineOrder.objects.filter(id=order.id).update(**values)
    for name, value in values.items():
        setattr(order, name, value)


def not_while_sent(order: LineOrder, at: datetime) -> None:
    """Raise `Conflict` while a worker talks to the carrier about this order."""
    if order.locked_until is not None and order.locked_until > at:
        raise Conflict("It is being sent at this moment. Look at it again in some minutes.")
