"""Who may have lines changed at carriers."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import SYSTEM, Role

_ADMINISTRATORS = {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY}
_ITMD = {**_ADMINISTRATORS, Role.ITMD_HELPDESK: Scope.CITY}

LINE_ORDER_VIEW = permit(
    "billing.line-order.view",
    "See what is asked of carriers about lines",
    {**_ITMD, Role.AUDITOR: Scope.CITY, Role.COORDINATOR: Scope.DEPARTMENT},
)
LINE_ORDER_ASK = permit(
    "billing.line-order.ask", "Have a line suspended, restored or changed at its carrier", _ITMD
)
LINE_ORDER_KEEP = permit(
    "billing.line-order.keep", "Keep orders to carriers going", {SYSTEM: Scope.CITY}
)
CARRIER_VIEW = permit(
    "billing.carrier.view",
    "See how carriers are reached",
    {**_ITMD, Role.AUDITOR: Scope.CITY},
)
CARRIER_MANAGE = permit(
    "billing.carrier.manage", "Set up how carriers are reached", _ADMINISTRATORS
)
