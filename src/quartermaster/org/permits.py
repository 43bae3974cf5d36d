"""Who may do what to people, departments, roles and log-ins."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import EMPLOYEE, SUPERVISOR, SYSTEM, Role

_ADMINISTRATORS = {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY}
_CITY_WIDE = {
    SYSTEM: Scope.CITY,
    Role.ITMD_ADMIN: Scope.CITY,
    Role.ITMD_HELPDESK: Scope.CITY,
    Role.AUDITOR: Scope.CITY,
    Role.HR: Scope.CITY,
    Role.CUSTODIAN: Scope.CITY,
}

PERSON_VIEW = permit(
    "org.person.view",
    "See a person",
    {
        **_CITY_WIDE,
        Role.COORDINATOR: Scope.DEPARTMENT,
        SUPERVISOR: Scope.REPORTS,
        EMPLOYEE: Scope.OWN,
    },
)
PERSON_MANAGE = permit("org.person.manage", "Add, change, move or separate people", _ADMINISTRATORS)
PEOPLE_IMPORT = permit("org.person.import", "Import people and departments", _ADMINISTRATORS)
DEPARTMENT_VIEW = permit(
    "org.department.view", "See a department", {**_CITY_WIDE, Role.COORDINATOR: Scope.DEPARTMENT}
)
DEPARTMENT_MANAGE = permit("org.department.manage", "Add or change departments", _ADMINISTRATORS)
COVERAGE_SET = permit(
    "org.department.set-coverage", "Cover or exclude a department", _ADMINISTRATORS
)
ROLE_VIEW = permit(
    "org.role.view", "See who holds which role", {**_ADMINISTRATORS, Role.AUDITOR: Scope.CITY}
)
ROLE_GRANT = permit("org.role.grant", "Grant and end roles", _ADMINISTRATORS)
ACCOUNT_INVITE = permit(
    "org.account.invite",
    "Send a person the link to set a password",
    {**_ADMINISTRATORS, Role.ITMD_HELPDESK: Scope.CITY},
)
ACCOUNT_CLOSE = permit("org.account.close", "Close and open log-ins", _ADMINISTRATORS)
SESSIONS_END = permit(
    "org.account.end-sessions",
    "End the sessions of a person",
    {**_ADMINISTRATORS, Role.ITMD_HELPDESK: Scope.CITY, EMPLOYEE: Scope.OWN},
)
TOKEN_CREATE = permit(
    "org.token.create",
    "Make a token for a program that speaks for oneself",
    {
        SYSTEM: Scope.CITY,
        Role.ITMD_ADMIN: Scope.OWN,
        Role.ITMD_HELPDESK: Scope.OWN,
        Role.AUDITOR: Scope.OWN,
        Role.CUSTODIAN: Scope.OWN,
        Role.COORDINATOR: Scope.OWN,
    },
)
TOKEN_VIEW = permit(
    "org.token.view",
    "See that a token exists",
    {**_ADMINISTRATORS, Role.AUDITOR: Scope.CITY, EMPLOYEE: Scope.OWN},
)
TOKEN_END = permit("org.token.end", "End a token", {**_ADMINISTRATORS, EMPLOYEE: Scope.OWN})
