"""Who may do what to invoices and what is found in them."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import SYSTEM, Role

_ADMINISTRATORS = {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY}
_ITMD = {**_ADMINISTRATORS, Role.ITMD_HELPDESK: Scope.CITY}
_READERS = {**_ITMD, Role.AUDITOR: Scope.CITY, Role.COORDINATOR: Scope.DEPARTMENT}

INVOICE_KEEP = permit("billing.invoice.keep", "Take in carriers' invoices", _ITMD)
# a coordinator sees what their department's lines cost, and what was found there (G-9, G-12)
INVOICE_VIEW = permit("billing.invoice.view", "See invoices and what they cost whom", _READERS)
BILL_VIEW = permit("billing.finding.view", "See what was found in invoices", _READERS)
BILL_DECIDE = permit(
    "billing.finding.decide",
    "Accept or explain what was found in invoices",
    {**_ITMD, Role.COORDINATOR: Scope.DEPARTMENT},
)
DISPUTE_VIEW = permit(
    "billing.dispute.view", "See disputes with carriers", {**_ITMD, Role.AUDITOR: Scope.CITY}
)
DISPUTE_MANAGE = permit("billing.dispute.manage", "Dispute charges with carriers", _ITMD)
INVOICE_APPROVE = permit("billing.invoice.approve", "Approve invoices for payment", _ADMINISTRATORS)
PERSONAL_MANAGE = permit("billing.personal.manage", "Say which numbers are people's own", _ITMD)
ALLOCATION_MANAGE = permit(
    "billing.allocation.manage", "Keep cost accounts, sharing rules and periods", _ADMINISTRATORS
)
FINANCE_EXPORT = permit(
    "billing.finance.export",
    "Export allocations for the finance system",
    {**_ITMD, Role.AUDITOR: Scope.CITY},
)
