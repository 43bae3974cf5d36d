"""Who may see and withdraw findings against departments."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import SYSTEM, Role

DEPARTMENT_FINDING_VIEW = permit(
    "compliance.department.view",
    "See findings against departments",
    {
        SYSTEM: Scope.CITY,
        Role.ITMD_ADMIN: Scope.CITY,
        Role.ITMD_HELPDESK: Scope.CITY,
        Role.AUDITOR: Scope.CITY,
        Role.COORDINATOR: Scope.DEPARTMENT,
    },
)
DEPARTMENT_FINDING_KEEP = permit(
    "compliance.department.keep",
    "Open and settle findings against departments",
    {SYSTEM: Scope.CITY},
)
DEPARTMENT_FINDING_WITHDRAW = permit(
    "compliance.department.withdraw",
    "Withdraw a finding against a department",
    {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY},
)
