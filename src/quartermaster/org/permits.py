"""Who may do what to people and departments."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import EMPLOYEE, SUPERVISOR, SYSTEM, Role

PERSON_VIEW = permit(
    "org.person.view",
    "See a person",
    {
        SYSTEM: Scope.CITY,
        Role.ITMD_ADMIN: Scope.CITY,
        Role.ITMD_HELPDESK: Scope.CITY,
        Role.AUDITOR: Scope.CITY,
        Role.HR: Scope.CITY,
        Role.CUSTODIAN: Scope.CITY,
        Role.COORDINATOR: Scope.DEPARTMENT,
        SUPERVISOR: Scope.REPORTS,
        EMPLOYEE: Scope.OWN,
    },
)
