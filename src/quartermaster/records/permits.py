"""Who may know of holds, keep them and answer them."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import EMPLOYEE, SYSTEM, Role

# A hold is confidential. ITMD is told that there is one, never what it is about; a coordinator
# and a supervisor learn nothing; an employee sees the notices to themselves alone.
HOLD_VIEW = permit(
    "records.hold.view",
    "See legal holds",
    {SYSTEM: Scope.CITY, Role.CUSTODIAN: Scope.CITY, Role.AUDITOR: Scope.CITY},
)
HOLD_KNOW = permit(
    "records.hold.know",
    "Know that somebody or something is under a legal hold",
    {
        SYSTEM: Scope.CITY,
        Role.CUSTODIAN: Scope.CITY,
        Role.AUDITOR: Scope.CITY,
        Role.ITMD_ADMIN: Scope.CITY,
        Role.ITMD_HELPDESK: Scope.CITY,
        Role.SECURITY_APPROVER: Scope.CITY,
    },
)
HOLD_MANAGE = permit(
    "records.hold.manage",
    "Open, amend and release legal holds",
    {Role.CUSTODIAN: Scope.CITY},
)
HOLD_KEEP = permit("records.hold.keep", "Keep legal holds going", {SYSTEM: Scope.CITY})
NOTICE_ACKNOWLEDGE = permit(
    "records.notice.acknowledge",
    "Read and acknowledge what one must keep",
    {EMPLOYEE: Scope.OWN},
)
