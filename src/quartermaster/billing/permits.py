"""Who may do what to contracts and orders."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import SYSTEM, Role

_ADMINISTRATORS = {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY}
_ITMD = {**_ADMINISTRATORS, Role.ITMD_HELPDESK: Scope.CITY}
_READERS = {**_ITMD, Role.AUDITOR: Scope.CITY}

CONTRACT_VIEW = permit("billing.contract.view", "See contracts, plans and prices", _READERS)
CONTRACT_MANAGE = permit(
    "billing.contract.manage", "Keep contracts, plans and prices", _ADMINISTRATORS
)
# a coordinator sees what is bought for their department (G-12)
ORDER_VIEW = permit(
    "billing.order.view", "See purchase orders", {**_READERS, Role.COORDINATOR: Scope.DEPARTMENT}
)
ORDER_RAISE = permit("billing.order.raise", "Raise, send and close purchase orders", _ITMD)
ORDER_APPROVE = permit("billing.order.approve", "Approve purchase orders", _ADMINISTRATORS)
ORDER_RECEIVE = permit("billing.order.receive", "Receive what was ordered", _ITMD)
SERVICE_VIEW = permit(
    "billing.service.view",
    "See which lines were ordered, at what rate",
    {**_READERS, Role.COORDINATOR: Scope.DEPARTMENT},
)
