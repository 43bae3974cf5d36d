"""What is done with purchase orders."""

from quartermaster.billing.actions.orders.ending import cancel_order, close_order
from quartermaster.billing.actions.orders.raising import Ordered, raise_order
from quartermaster.billing.actions.orders.receiving import receive
from quartermaster.billing.actions.orders.sending import approve_order, send_order

__all__ = [
    "Ordered",
    "approve_order",
    "cancel_order",
    "close_order",
    "raise_order",
    "receive",
    "send_order",
]
