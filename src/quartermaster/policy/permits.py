"""Who may do what to the policy."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import EMPLOYEE, SUPERVISOR, SYSTEM, Role

REQUIREMENTS_VIEW = permit(
    "policy.requirements.view",
    "See what is required of devices",
    {
        SYSTEM: Scope.CITY,
        Role.ITMD_ADMIN: Scope.CITY,
        Role.ITMD_HELPDESK: Scope.CITY,
        Role.SECURITY_APPROVER: Scope.CITY,
        Role.AUDITOR: Scope.CITY,
        Role.COORDINATOR: Scope.DEPARTMENT,
        SUPERVISOR: Scope.REPORTS,
        EMPLOYEE: Scope.OWN,
    },
)
REQUIREMENTS_SET = permit(
    "policy.requirements.set",
    "Change the city's requirements",
    {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY},
)
OVERLAY_SET = permit(
    "policy.overlay.set",
    "Change a department's overlay",
    {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY, Role.COORDINATOR: Scope.DEPARTMENT},
)
ADOPTION_SET = permit(
    "policy.adoption.set",
    "Record what an excluded department adopts",
    {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY, Role.COORDINATOR: Scope.DEPARTMENT},
)
CHANGE_VIEW = permit(
    "policy.change.view",
    "See changes of requirements",
    {
        SYSTEM: Scope.CITY,
        Role.ITMD_ADMIN: Scope.CITY,
        Role.ITMD_HELPDESK: Scope.CITY,
        Role.SECURITY_APPROVER: Scope.CITY,
        Role.AUDITOR: Scope.CITY,
    },
)
CHANGE_CONFIRM = permit(
    "policy.change.confirm",
    "Confirm a destructive change that someone else asked for",
    {Role.ITMD_ADMIN: Scope.CITY, Role.SECURITY_APPROVER: Scope.CITY},
)
EXCEPTION_VIEW = permit(
    "policy.exception.view",
    "See exceptions",
    {
        SYSTEM: Scope.CITY,
        Role.ITMD_ADMIN: Scope.CITY,
        Role.ITMD_HELPDESK: Scope.CITY,
        Role.SECURITY_APPROVER: Scope.CITY,
        Role.AUDITOR: Scope.CITY,
        Role.COORDINATOR: Scope.DEPARTMENT,
        SUPERVISOR: Scope.REPORTS,
        EMPLOYEE: Scope.OWN,
    },
)
EXCEPTION_REQUEST = permit(
    "policy.exception.request",
    "Ask for an exception",
    {
        Role.ITMD_ADMIN: Scope.CITY,
        Role.ITMD_HELPDESK: Scope.CITY,
        Role.COORDINATOR: Scope.DEPARTMENT,
        SUPERVISOR: Scope.REPORTS,
        EMPLOYEE: Scope.OWN,
    },
)
EXCEPTION_DECIDE = permit(
    "policy.exception.decide",
    "Approve, decline or end an exception that someone else asked for",
    {Role.ITMD_ADMIN: Scope.CITY, Role.SECURITY_APPROVER: Scope.CITY},
)

_EVERYBODY = dict.fromkeys((SYSTEM, EMPLOYEE, Role.ITMD_ADMIN, Role.ITMD_HELPDESK), Scope.CITY)

POLICY_READ = permit("policy.version.read", "Read adopted policies", _EVERYBODY)
POLICY_DRAFT_READ = permit(
    "policy.draft.read",
    "Read drafts of policies",
    {
        SYSTEM: Scope.CITY,
        Role.ITMD_ADMIN: Scope.CITY,
        Role.ITMD_HELPDESK: Scope.CITY,
        Role.AUDITOR: Scope.CITY,
    },
)
POLICY_IMPORT = permit(
    "policy.draft.import",
    "Import, correct and withdraw a draft policy",
    {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY},
)
POLICY_ADOPT = permit(
    "policy.version.adopt",
    "Record the adoption of a policy",
    {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY},
)
ACKNOWLEDGE = permit(
    "policy.acknowledge", "Acknowledge the policy for oneself", {EMPLOYEE: Scope.OWN}
)
ACKNOWLEDGEMENT_RECORD = permit(
    "policy.acknowledgement.record",
    "Record an acknowledgement given on paper",
    {
        SYSTEM: Scope.CITY,
        Role.ITMD_ADMIN: Scope.CITY,
        Role.ITMD_HELPDESK: Scope.CITY,
        Role.COORDINATOR: Scope.DEPARTMENT,
    },
)
ACKNOWLEDGEMENT_VIEW = permit(
    "policy.acknowledgement.view",
    "See who has acknowledged the policy",
    {
        SYSTEM: Scope.CITY,
        Role.ITMD_ADMIN: Scope.CITY,
        Role.ITMD_HELPDESK: Scope.CITY,
        Role.AUDITOR: Scope.CITY,
        Role.COORDINATOR: Scope.DEPARTMENT,
        SUPERVISOR: Scope.REPORTS,
        EMPLOYEE: Scope.OWN,
    },
)
REMIND = permit(
    "policy.reminder.send",
    "Ask people to acknowledge, and remind them",
    {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY},
)
