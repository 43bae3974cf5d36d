"""The verbs on orders to change lines at carriers (G-9, G-11, C-4)."""

from quartermaster.billing.actions.line_orders.accesses import (
    AccessDetails,
    remove_access,
    set_access,
)
from quartermaster.billing.actions.line_orders.answering import (
    confirm_line_order,
    hear_carrier,
    refuse_line_order,
)
from quartermaster.billing.actions.line_orders.asking import (
    Terms,
    ask_line_order,
    call_off_line_order,
    hand_over_line_order,
    hasten_line_order,
    undo_for,
)
from quartermaster.billing.actions.line_orders.clock import take_line_order_steps

__all__ = [
    "AccessDetails",
    "Terms",
    "ask_line_order",
    "call_off_line_order",
    "confirm_line_order",
    "hand_over_line_order",
    "hasten_line_order",
    "hear_carrier",
    "refuse_line_order",
    "remove_access",
    "set_access",
    "take_line_order_steps",
    "undo_for",
]
