"""Reads of the room billing."""

from quartermaster.billing.queries.orders import (
    contracts_visible_to,
    order_seen_by,
    orders_visible_to,
    outstanding,
)
from quartermaster.billing.queries.receiving import Row, checked
from quartermaster.billing.queries.services import OrderedLine, as_csv, ordered_lines

__all__ = [
    "OrderedLine",
    "Row",
    "as_csv",
    "checked",
    "contracts_visible_to",
    "order_seen_by",
    "ordered_lines",
    "orders_visible_to",
    "outstanding",
]
