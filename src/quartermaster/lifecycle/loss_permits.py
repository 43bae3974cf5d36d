"""Who may do what to what is lost or damaged."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import EMPLOYEE, SUPERVISOR, SYSTEM, Role

_ITMD: dict[str, Scope] = {Role.ITMD_ADMIN: Scope.CITY, Role.ITMD_HELPDESK: Scope.CITY}
_ABOVE: dict[str, Scope] = {Role.COORDINATOR: Scope.DEPARTMENT, SUPERVISOR: Scope.REPORTS}
_EMPLOYEE: dict[str, Scope] = {EMPLOYEE: Scope.OWN}

# Loss and damage (G-11). What the employee says and what is decided of them is for fewer people.
LOSS_VIEW = permit(
    "lifecycle.loss.view",
    "See what is lost or damaged",
    {SYSTEM: Scope.CITY, Role.AUDITOR: Scope.CITY, **_ITMD, **_ABOVE, **_EMPLOYEE},
    in_absence=True,
)
LOSS_REPORT = permit(
    "lifecycle.loss.report",
    "Report a loss or damage, or that a device was found",
    {SYSTEM: Scope.CITY, **_ITMD, **_ABOVE, **_EMPLOYEE},
    in_absence=True,
)
LOSS_HANDLE = permit(
    "lifecycle.loss.handle",
    "Take the steps after a loss or damage",
    {SYSTEM: Scope.CITY, **_ITMD},
    in_absence=True,
)
LOSS_ANSWER = permit("lifecycle.loss.answer", "State one's side of a loss", _EMPLOYEE)
LOSS_HEARD = permit(
    "lifecycle.loss.heard",
    "See what an employee said of a loss, and what was decided",
    {Role.ITMD_ADMIN: Scope.CITY, **_EMPLOYEE},
    in_absence=True,
)
LOSS_DECIDE = permit(
    "lifecycle.loss.decide",
    "Decide on responsibility for a loss",
    {Role.ITMD_ADMIN: Scope.CITY},
    in_absence=True,
)
LOSS_KEEP = permit("lifecycle.loss.keep", "Keep losses going", {SYSTEM: Scope.CITY})
