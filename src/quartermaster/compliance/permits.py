"""Who may see and settle findings."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import EMPLOYEE, SUPERVISOR, SYSTEM, Role

_KEEPERS = {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY, Role.ITMD_HELPDESK: Scope.CITY}

# A supervisor hears of a finding when it is referred, not before: the holder is told first (C-1).
FINDING_VIEW = permit(
    "compliance.finding.view",
    "See findings",
    {
        **_KEEPERS,
        Role.AUDITOR: Scope.CITY,
        Role.COORDINATOR: Scope.DEPARTMENT,
        EMPLOYEE: Scope.OWN,
    },
)
FINDING_WITHDRAW = permit(
    "compliance.finding.withdraw",
    "Withdraw a finding that is wrong",
    {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY},
)
EVALUATE = permit(
    "compliance.evaluate", "Evaluate devices", {**_KEEPERS, Role.COORDINATOR: Scope.DEPARTMENT}
)

# A case: up to its confirmation it is a matter of devices, from then on of personnel. Human
# resources, the supervisors above and the holder see it then; ITMD sees the steps, no outcome.
_EMPLOYEE = {EMPLOYEE: Scope.OWN}
CASE_VIEW = permit(
    "compliance.case.view",
    "See cases",
    {
        SYSTEM: Scope.CITY,
        Role.ITMD_ADMIN: Scope.CITY,
        Role.AUDITOR: Scope.CITY,
        Role.HR: Scope.CITY,
        Role.COORDINATOR: Scope.DEPARTMENT,
        SUPERVISOR: Scope.REPORTS,
        **_EMPLOYEE,
    },
)
CASE_VIEW_PREPARED = permit(
    "compliance.case.view-prepared",
    "See cases that nobody confirmed",
    {
        SYSTEM: Scope.CITY,
        Role.ITMD_ADMIN: Scope.CITY,
        Role.AUDITOR: Scope.CITY,
        Role.COORDINATOR: Scope.DEPARTMENT,
        **_EMPLOYEE,
    },
)
CASE_VIEW_REFERRED = permit(
    "compliance.case.view-referred",
    "See cases that were referred",
    {
        SYSTEM: Scope.CITY,
        Role.ITMD_ADMIN: Scope.CITY,
        Role.AUDITOR: Scope.CITY,
        Role.HR: Scope.CITY,
        SUPERVISOR: Scope.REPORTS,
        **_EMPLOYEE,
    },
)
OUTCOME_VIEW = permit(
    "compliance.outcome.view",
    "See outcomes, and what was said after the referral",
    {Role.HR: Scope.CITY, SUPERVISOR: Scope.REPORTS, **_EMPLOYEE},
)
CASE_CONFIRM = permit(
    "compliance.case.confirm",
    "Confirm or dismiss a referral",
    {Role.ITMD_ADMIN: Scope.CITY, Role.COORDINATOR: Scope.DEPARTMENT},
)
CASE_WITHDRAW = permit(
    "compliance.case.withdraw", "Withdraw a case that is wrong", {Role.ITMD_ADMIN: Scope.CITY}
)
CASE_ACKNOWLEDGE = permit(
    "compliance.case.acknowledge",
    "Acknowledge a referral",
    {SUPERVISOR: Scope.REPORTS, Role.HR: Scope.CITY},
)
OUTCOME_RECORD = permit("compliance.outcome.record", "Record outcomes", {Role.HR: Scope.CITY})
CASE_ANSWER = permit("compliance.case.answer", "Answer and appeal", _EMPLOYEE)
CASE_KEEP = permit("compliance.case.keep", "Keep cases going", {SYSTEM: Scope.CITY})
CALENDAR_VIEW = permit(
    "compliance.calendar.view",
    "See the calendar of holidays",
    {**_KEEPERS, Role.AUDITOR: Scope.CITY, Role.HR: Scope.CITY},
)
CALENDAR_MANAGE = permit(
    "compliance.calendar.manage",
    "Change the calendar of holidays",
    {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY},
)
