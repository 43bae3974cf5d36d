"""Who may put usage detail into the warehouse and destroy it; who may read it is elsewhere."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import SYSTEM, Role

_ITMD = {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY}

DETAIL_KEEP = permit("usage.detail.keep", "Take usage detail into the warehouse", _ITMD)
DETAIL_DISPOSE = permit(
    "usage.detail.dispose",
    "Remove replaced files of usage detail, and keys of what was destroyed",
    {SYSTEM: Scope.CITY},
)
WAREHOUSE_VIEW = permit(
    "usage.warehouse.view",
    "See which cycles the warehouse has, and what was destroyed",
    {**_ITMD, Role.AUDITOR: Scope.CITY, Role.CUSTODIAN: Scope.CITY},
)
