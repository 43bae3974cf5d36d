"""Who may do what about people who leave."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import EMPLOYEE, SUPERVISOR, SYSTEM, Role

_ITMD = {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY, Role.ITMD_HELPDESK: Scope.CITY}

# What a person owes the City is between them, those above, their coordinator, ITMD and auditors.
RECOVERY_VIEW = permit(
    "lifecycle.recovery.view",
    "See what people who leave still have",
    {
        **_ITMD,
        Role.AUDITOR: Scope.CITY,
        Role.HR: Scope.CITY,
        Role.COORDINATOR: Scope.DEPARTMENT,
        SUPERVISOR: Scope.REPORTS,
        EMPLOYEE: Scope.OWN,
    },
)
RECOVERY_MANAGE = permit(
    "lifecycle.recovery.manage",
    "Note what came back, and charges after the last day",
    {**_ITMD, Role.COORDINATOR: Scope.DEPARTMENT},
)
RECOVERY_PURSUE = permit(
    "lifecycle.recovery.pursue",
    "Demand in writing, hand over to the City Attorney, let things go",
    {Role.ITMD_ADMIN: Scope.CITY},
)
RECOVERY_PACKAGE = permit(
    "lifecycle.recovery.open-package",
    "Open the package made for the City Attorney",
    {Role.ITMD_ADMIN: Scope.CITY, Role.AUDITOR: Scope.CITY},
)
RECOVERY_KEEP = permit(
    "lifecycle.recovery.keep",
    "Open recoveries, and take their steps by the clock",
    {SYSTEM: Scope.CITY},
)
RECOVERY_CONFIRM_OWN = permit(
    "lifecycle.recovery.confirm-own",
    "Confirm for oneself that no record is left on a device",
    {EMPLOYEE: Scope.OWN},
)
