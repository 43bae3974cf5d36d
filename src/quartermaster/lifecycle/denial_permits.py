"""Who may do what about a device that its holder says they do not have."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import EMPLOYEE, SUPERVISOR, SYSTEM, Role

_ITMD: dict[str, Scope] = {Role.ITMD_ADMIN: Scope.CITY, Role.ITMD_HELPDESK: Scope.CITY}

DENIAL_VIEW = permit(
    "lifecycle.denial.view",
    "See what holders say they do not have",
    {
        SYSTEM: Scope.CITY,
        Role.AUDITOR: Scope.CITY,
        **_ITMD,
        Role.COORDINATOR: Scope.DEPARTMENT,
        SUPERVISOR: Scope.REPORTS,
        EMPLOYEE: Scope.OWN,
    },
    in_absence=True,
)
DENIAL_EXPLAIN = permit(
    "lifecycle.denial.explain",
    "Say that a holder has a device after all",
    {**_ITMD, Role.COORDINATOR: Scope.DEPARTMENT, EMPLOYEE: Scope.OWN},
    in_absence=True,
)
DENIAL_KEEP = permit("lifecycle.denial.keep", "Keep these questions going", {SYSTEM: Scope.CITY})
