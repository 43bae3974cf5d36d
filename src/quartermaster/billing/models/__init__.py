"""The tables of the room billing."""

from quartermaster.billing.models.allocations import (
    Allocation,
    BillingPeriod,
    CostAccount,
    Posting,
    Share,
    SharingRule,
)
from quartermaster.billing.models.contracts import CatalogueItem, Contract, Plan, Rate
from quartermaster.billing.models.disputes import Dispute, DisputeCredit, DisputeItem
from quartermaster.billing.models.findings import (
    BillingFinding,
    InvoiceApproval,
    PersonalNumber,
)
from quartermaster.billing.models.invoices import Invoice, InvoiceCharge, InvoiceLine
from quartermaster.billing.models.line_orders import CarrierAccess, LineOrder
from quartermaster.billing.models.orders import Order, OrderLine, Piece, Service

__all__ = [
    "Allocation",
    "BillingFinding",
    "BillingPeriod",
    "CarrierAccess",
    "CatalogueItem",
    "Contract",
    "CostAccount",
    "Dispute",
    "DisputeCredit",
    "DisputeItem",
    "Invoice",
    "InvoiceApproval",
    "InvoiceCharge",
    "InvoiceLine",
    "LineOrder",
    "Order",
    "OrderLine",
    "PersonalNumber",
    "Piece",
    "Plan",
    "Posting",
    "Rate",
    "Service",
    "Share",
    "SharingRule",
]
