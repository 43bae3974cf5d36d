"""The tables of the room billing."""

from quartermaster.billing.models.contracts import CatalogueItem, Contract, Plan, Rate
from quartermaster.billing.models.invoices import Invoice, InvoiceCharge, InvoiceLine
from quartermaster.billing.models.orders import Order, OrderLine, Piece, Service

__all__ = [
    "CatalogueItem",
    "Contract",
    "Invoice",
    "InvoiceCharge",
    "InvoiceLine",
    "Order",
    "OrderLine",
    "Piece",
    "Plan",
    "Rate",
    "Service",
]
