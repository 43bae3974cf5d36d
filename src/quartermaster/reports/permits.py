"""Who may see reports over all rooms."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import EMPLOYEE, SYSTEM, Role

TRACE_VIEW = permit(
    "reports.trace.view",
    "See how each requirement of the policy is carried out",
    {
        SYSTEM: Scope.CITY,
        Role.ITMD_ADMIN: Scope.CITY,
        Role.ITMD_HELPDESK: Scope.CITY,
        Role.SECURITY_APPROVER: Scope.CITY,
        Role.AUDITOR: Scope.CITY,
        Role.HR: Scope.CITY,
        Role.CUSTODIAN: Scope.CITY,
        Role.COORDINATOR: Scope.DEPARTMENT,
        EMPLOYEE: Scope.OWN,
    },
)

# What is exported leaves the house: only those who answer for the whole policy may do it.
OSCAL_EXPORT = permit(
    "reports.oscal.export",
    "Export the policy and its state as OSCAL",
    {
        SYSTEM: Scope.CITY,
        Role.ITMD_ADMIN: Scope.CITY,
        Role.ITMD_HELPDESK: Scope.CITY,
        Role.AUDITOR: Scope.CITY,
    },
)
OSCAL_DEVICES = permit(
    "reports.oscal.export-devices",
    "Export the state device by device as OSCAL",
    {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY, Role.AUDITOR: Scope.CITY},
)
COMPLIANCE_VIEW = permit(
    "reports.compliance.view",
    "See the report on compliance",
    {
        SYSTEM: Scope.CITY,
        Role.ITMD_ADMIN: Scope.CITY,
        Role.ITMD_HELPDESK: Scope.CITY,
        Role.AUDITOR: Scope.CITY,
        Role.COORDINATOR: Scope.DEPARTMENT,
    },
)
