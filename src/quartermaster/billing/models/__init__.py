"""The tables of the room billing."""

from quartermaster.billing.models.contracts import CatalogueItem, Contract, Plan, Rate
from quartermaster.billing.models.orders import Order, OrderLine, Piece, Service

__all__ = [
    "CatalogueItem",
    "Contract",
    "Order",
    "OrderLine",
    "Piece",
    "Plan",
    "Rate",
    "Service",
]
