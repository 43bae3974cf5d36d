"""Who may do what to invoices and what is found in them."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import SYSTEM, Role

_ADMINISTRATORS = {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY}
_ITMD = {**_ADMINISTRATORS, Role.ITMD_HELPDESK: Scope.CITY}

INVOICE_KEEP = permit("billing.invoice.keep", "Take in carriers' invoices", _ITMD)
