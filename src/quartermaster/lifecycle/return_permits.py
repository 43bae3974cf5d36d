"""Who may do what to what comes back and leaves. No department has a way to give a thing away."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import EMPLOYEE, SUPERVISOR, SYSTEM, Role

_ITMD: dict[str, Scope] = {Role.ITMD_ADMIN: Scope.CITY, Role.ITMD_HELPDESK: Scope.CITY}
_ABOVE: dict[str, Scope] = {Role.COORDINATOR: Scope.DEPARTMENT, SUPERVISOR: Scope.REPORTS}
_READERS: dict[str, Scope] = {SYSTEM: Scope.CITY, Role.AUDITOR: Scope.CITY, **_ITMD}

RETURN_VIEW = permit(
    "lifecycle.return.view",
    "See returns",
    {**_READERS, **_ABOVE, EMPLOYEE: Scope.OWN},
    in_absence=True,
)
RETURN_OPEN = permit(
    "lifecycle.return.open",
    "Ask for a device to be given back, or offer it",
    {SYSTEM: Scope.CITY, **_ITMD, **_ABOVE, EMPLOYEE: Scope.OWN},
    in_absence=True,
)
RETURN_STATE = permit(
    "lifecycle.return.state", "State that nothing is left on a device", {EMPLOYEE: Scope.OWN}
)
RETURN_RECEIVE = permit(
    "lifecycle.return.receive",
    "Receive what comes back",
    {SYSTEM: Scope.CITY, **_ITMD},
    in_absence=True,
)
SANITISATION_VIEW = permit(
    "lifecycle.sanitisation.view",
    "See sanitisations",
    _READERS,
    in_absence=True,
)
SANITISE = permit(
    "lifecycle.sanitisation.record",
    "Sanitise devices, and verify it",
    _ITMD,
    in_absence=True,
)
SURPLUS_VIEW = permit("lifecycle.surplus.view", "See surplus lots and write-offs", _READERS)
SURPLUS_MANAGE = permit(
    "lifecycle.surplus.manage",
    "Put surplus lots together, and enter what the surplus office did",
    _ITMD,
)
SURPLUS_APPROVE = permit(
    "lifecycle.surplus.approve", "Approve a surplus lot", {Role.ITMD_ADMIN: Scope.CITY}
)
WRITE_OFF_ASK = permit("lifecycle.write-off.ask", "Ask that a device be written off", _ITMD)
WRITE_OFF_DECIDE = permit(
    "lifecycle.write-off.decide",
    "Agree to a write-off, or refuse it",
    {Role.ITMD_ADMIN: Scope.CITY},
)
RETURN_KEEP = permit("lifecycle.return.keep", "Keep returns going", {SYSTEM: Scope.CITY})
