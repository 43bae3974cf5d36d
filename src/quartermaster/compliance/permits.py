"""Who may see and settle findings."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import EMPLOYEE, SYSTEM, Role

_KEEPERS = {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY, Role.ITMD_HELPDESK: Scope.CITY}

# A supervisor hears of a finding when it is referred, not before: the holder is told first (C-1).
FINDING_VIEW = permit(
    "compliance.finding.view",
    "See findings",
    {
        **_KEEPERS,
        Role.AUDITOR: Scope.CITY,
        Role.COORDINATOR: Scope.DEPARTMENT,
        EMPLOYEE: Scope.OWN,
    },
)
FINDING_WITHDRAW = permit(
    "compliance.finding.withdraw",
    "Withdraw a finding that is wrong",
    {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY},
)
EVALUATE = permit(
    "compliance.evaluate", "Evaluate devices", {**_KEEPERS, Role.COORDINATOR: Scope.DEPARTMENT}
)
