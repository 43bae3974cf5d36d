"""Who may do what to requests, second devices, delegations, and the hot-spot pool."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import EMPLOYEE, SUPERVISOR, SYSTEM, Role

_ITMD = {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY, Role.ITMD_HELPDESK: Scope.CITY}
_OF_PEOPLE = {Role.COORDINATOR: Scope.DEPARTMENT, SUPERVISOR: Scope.REPORTS, EMPLOYEE: Scope.OWN}

REQUEST_VIEW = permit(
    "lifecycle.request.view",
    "See requests",
    {
        **_ITMD,
        Role.AUDITOR: Scope.CITY,
        Role.SECURITY_APPROVER: Scope.CITY,
        **_OF_PEOPLE,
    },
)
REQUEST_ASK = permit(
    "lifecycle.request.ask", "Ask for equipment, and withdraw a request", {**_ITMD, **_OF_PEOPLE}
)
REQUEST_RECOMMEND = permit(
    "lifecycle.request.recommend",
    "Recommend or decline a request",
    {
        Role.COORDINATOR: Scope.DEPARTMENT,
        SUPERVISOR: Scope.REPORTS,
        Role.ITMD_ADMIN: Scope.CITY,
    },
)
REQUEST_AUTHORISE = permit(
    "lifecycle.request.authorise",
    "Authorise or refuse a request",
    {Role.ITMD_ADMIN: Scope.CITY, Role.SECURITY_APPROVER: Scope.CITY},
)
REQUEST_SUPPLY = permit(
    "lifecycle.request.supply",
    "Reserve stock for a request, have it ordered, hand it out",
    _ITMD,
    in_absence=True,
)
REQUEST_KEEP = permit("lifecycle.request.keep", "Keep requests going", {SYSTEM: Scope.CITY})
SECOND_VIEW = permit(
    "lifecycle.second.view",
    "See authorisations of a second device",
    {**_ITMD, Role.AUDITOR: Scope.CITY, **_OF_PEOPLE},
)
SECOND_AUTHORISE = permit(
    "lifecycle.second.authorise",
    "Authorise a second device, or end that",
    {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY},
)
POOL_VIEW = permit(
    "lifecycle.pool.view",
    "See the hot-spot pool and its calendar",
    {**_ITMD, Role.AUDITOR: Scope.CITY, **_OF_PEOPLE},
)
POOL_MANAGE = permit(
    "lifecycle.pool.manage", "Put hot-spots into the pool, or take them out", _ITMD
)
LOAN_VIEW = permit(
    "lifecycle.loan.view",
    "See loans",
    {**_ITMD, Role.AUDITOR: Scope.CITY, **_OF_PEOPLE},
    in_absence=True,
)
LOAN_RESERVE = permit(
    "lifecycle.loan.reserve",
    "Reserve a hot-spot, extend that, or call it off",
    {**_ITMD, **_OF_PEOPLE},
)
LOAN_LEND = permit(
    "lifecycle.loan.lend",
    "Lend hot-spots of the pool, and take them back",
    {**_ITMD, Role.COORDINATOR: Scope.DEPARTMENT},
    in_absence=True,
)
LOAN_KEEP = permit("lifecycle.loan.keep", "Keep loans going", {SYSTEM: Scope.CITY})
DELEGATION_MAKE = permit(
    "lifecycle.delegation.make",
    "Name who stands in, and end that",
    {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY, EMPLOYEE: Scope.OWN},
)
