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
EXTENSION_VIEW = permit(
    "compliance.extension.view",
    "See who asked for more time to put something right",
    {**_KEEPERS, Role.AUDITOR: Scope.CITY, Role.COORDINATOR: Scope.DEPARTMENT, **_EMPLOYEE},
)
EXTENSION_DECIDE = permit(
    "compliance.extension.decide",
    "Grant or decline more time to put something right",
    {Role.ITMD_ADMIN: Scope.CITY, Role.COORDINATOR: Scope.DEPARTMENT},
)
FAULT_VIEW = permit(
    "compliance.fault.view",
    "See which checks were wrong, and what was taken back",
    {**_KEEPERS, Role.SECURITY_APPROVER: Scope.CITY, Role.AUDITOR: Scope.CITY},
)
FAULT_NAME = permit(
    "compliance.fault.name", "Say that a check was wrong", {Role.ITMD_ADMIN: Scope.CITY}
)
FAULT_CONFIRM = permit(
    "compliance.fault.confirm",
    "Take back, as the second person, what a wrong check found",
    {Role.ITMD_ADMIN: Scope.CITY, Role.SECURITY_APPROVER: Scope.CITY},
)
CASE_EXPORT = permit(
    "compliance.case.export",
    "Take the papers of a case",
    {Role.HR: Scope.CITY, **_EMPLOYEE},
)
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

# What acts by itself: made by an administrator, switched on by a second person, stopped by anybody
# at ITMD. The house keeps the rules; it never makes, approves or changes one.
_ITMD = {**_KEEPERS, Role.SECURITY_APPROVER: Scope.CITY}
AUTOMATIC_VIEW = permit(
    "compliance.automatic.view",
    "See rules that act by themselves, their plans and what they did",
    {**_ITMD, Role.AUDITOR: Scope.CITY},
)
AUTOMATIC_MANAGE = permit(
    "compliance.automatic.manage",
    "Make, change and retire rules that act by themselves",
    {Role.ITMD_ADMIN: Scope.CITY},
)
AUTOMATIC_APPROVE = permit(
    "compliance.automatic.approve",
    "Switch a rule on, or let it go on, as the second person",
    {Role.ITMD_ADMIN: Scope.CITY, Role.SECURITY_APPROVER: Scope.CITY},
)
AUTOMATIC_STOP = permit(
    "compliance.automatic.stop", "Stop a rule, or all that acts by itself", _ITMD
)
AUTOMATIC_KEEP = permit(
    "compliance.automatic.keep", "Carry out what rules say", {SYSTEM: Scope.CITY}
)
ACCESS_ASK = permit(
    "compliance.access.ask",
    "Ask whether a device is admitted to City services",
    {**_ITMD, Role.AUDITOR: Scope.CITY},
)
ACCESS_RESTRICT = permit(
    "compliance.access.restrict",
    "Restrict a device's access to City services, and lift that",
    {Role.ITMD_ADMIN: Scope.CITY, Role.ITMD_HELPDESK: Scope.CITY},
)
