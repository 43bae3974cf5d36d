"""Who may do what on the way of a thing to a person and back."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import EMPLOYEE, SUPERVISOR, SYSTEM, Role

_ITMD = {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY, Role.ITMD_HELPDESK: Scope.CITY}

HANDOVER_VIEW = permit(
    "lifecycle.handover.view",
    "See hand-outs and their receipts",
    {
        **_ITMD,
        Role.AUDITOR: Scope.CITY,
        Role.COORDINATOR: Scope.DEPARTMENT,
        SUPERVISOR: Scope.REPORTS,
        EMPLOYEE: Scope.OWN,
    },
    in_absence=True,
)
HANDOVER_PREPARE = permit(
    "lifecycle.handover.prepare",
    "Make things ready to hand out, and call it off",
    _ITMD,
    in_absence=True,
)
HANDOVER_SIGN = permit(
    "lifecycle.handover.sign", "Sign for what one is handed", {EMPLOYEE: Scope.OWN}
)
HANDOVER_ATTEST = permit(
    "lifecycle.handover.attest",
    "Have somebody sign at the desk, having seen their identification",
    {Role.ITMD_ADMIN: Scope.CITY, Role.ITMD_HELPDESK: Scope.CITY},
    in_absence=True,
)
HANDOVER_WAIVE = permit(
    "lifecycle.handover.waive",
    "Let a device go out before it is enrolled, for a time and with a reason",
    {Role.ITMD_ADMIN: Scope.CITY},
    in_absence=True,
)
HANDOVER_AS_FOUND = permit(
    "lifecycle.handover.as-found",
    "Enter what was handed out before it was entered here",
    {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY},
    in_absence=True,
)
PERSONAL_VIEW = permit(
    "lifecycle.personal.view",
    "See what the City can see and do on a personal device",
    {**_ITMD, Role.AUDITOR: Scope.CITY, EMPLOYEE: Scope.OWN},
)
PERSONAL_LEAVE = permit(
    "lifecycle.personal.leave",
    "End the registration of a personal device",
    {**_ITMD, EMPLOYEE: Scope.OWN},
)
