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

# A record is its author's and the City's: the author and the records custodian see it, no
# supervisor, no administrator. What lies on devices is known without its content.
RECORD_SAVE = permit("records.record.save", "Save records", {EMPLOYEE: Scope.OWN})
RECORD_VIEW = permit(
    "records.record.view", "See records", {EMPLOYEE: Scope.OWN, Role.CUSTODIAN: Scope.CITY}
)
RECORD_KEEP = permit("records.record.keep", "Keep records going", {SYSTEM: Scope.CITY})
_ANNOUNCERS = {
    SYSTEM: Scope.CITY,
    Role.ITMD_ADMIN: Scope.CITY,
    Role.ITMD_HELPDESK: Scope.CITY,
    Role.CUSTODIAN: Scope.CITY,
}
RECORD_ANNOUNCE = permit(
    "records.announcement.make",
    "Announce records that lie on devices",
    {**_ANNOUNCERS, EMPLOYEE: Scope.OWN},
)
RECORD_ANNOUNCE_FOR = permit(
    "records.announcement.make-for-others",
    "Announce records that lie on devices of others",
    _ANNOUNCERS,
)
ANNOUNCEMENT_VIEW = permit(
    "records.announcement.view",
    "See what still lies on devices",
    {
        SYSTEM: Scope.CITY,
        Role.ITMD_ADMIN: Scope.CITY,
        Role.ITMD_HELPDESK: Scope.CITY,
        Role.CUSTODIAN: Scope.CITY,
        Role.AUDITOR: Scope.CITY,
        EMPLOYEE: Scope.OWN,
    },
)
ARCHIVE_VIEW = permit(
    "records.archive.view",
    "See how the archive stands: its log, its checkpoints, what audits found",
    {SYSTEM: Scope.CITY, Role.CUSTODIAN: Scope.CITY, Role.AUDITOR: Scope.CITY},
)
ARCHIVE_KEEP = permit("records.archive.keep", "Sign and audit the archive", {SYSTEM: Scope.CITY})

# Retention. Whoever approves as the second person sees numbers, dates and reasons, no content.
_SEERS = {
    SYSTEM: Scope.CITY,
    Role.CUSTODIAN: Scope.CITY,
    Role.AUDITOR: Scope.CITY,
    Role.SECURITY_APPROVER: Scope.CITY,
}
RETENTION_VIEW = permit(
    "records.retention.view", "See the retention schedule and what is due by it", _SEERS
)
SCHEDULE_WRITE = permit(
    "records.schedule.write",
    "Draft changes of the retention schedule",
    {Role.CUSTODIAN: Scope.CITY},
)
SCHEDULE_APPROVE = permit(
    "records.schedule.approve",
    "Put a retention schedule in force, as the second person",
    {Role.CUSTODIAN: Scope.CITY, Role.SECURITY_APPROVER: Scope.CITY},
)
RETENTION_CLASSIFY = permit(
    "records.retention.classify",
    "Put records into a series of the retention schedule",
    {Role.CUSTODIAN: Scope.CITY, EMPLOYEE: Scope.OWN},
)
RETENTION_DATE = permit(
    "records.retention.date",
    "Say when what a retention period waits for happened",
    {Role.CUSTODIAN: Scope.CITY},
)
RETENTION_KEEP = permit("records.retention.keep", "Keep retention going", {SYSTEM: Scope.CITY})
DISPOSAL_APPROVE = permit(
    "records.disposal.approve",
    "Review and approve what is to be destroyed",
    {Role.CUSTODIAN: Scope.CITY},
)
DISPOSAL_SECOND = permit(
    "records.disposal.second",
    "Approve, as the second person, what is to be destroyed",
    {Role.CUSTODIAN: Scope.CITY, Role.SECURITY_APPROVER: Scope.CITY},
)
DISPOSAL_STOP = permit(
    "records.disposal.stop",
    "Stop what is to be destroyed",
    {Role.CUSTODIAN: Scope.CITY, Role.SECURITY_APPROVER: Scope.CITY},
)

# What came in and could not be saved by itself is the records custodian's to sort.
INBOX_TAKE = permit("records.inbox.take", "Take mail in", {SYSTEM: Scope.CITY})
INBOX_DECIDE = permit(
    "records.inbox.decide",
    "Sort mail that came to the records' address, and files that were not taken",
    {Role.CUSTODIAN: Scope.CITY},
)
BAG_EXPORT = permit(
    "records.bag.export",
    "Take records out as BagIt packages",
    {SYSTEM: Scope.CITY, Role.CUSTODIAN: Scope.CITY},
)
BAG_IMPORT = permit(
    "records.bag.import",
    "Take in BagIt packages of records",
    {Role.CUSTODIAN: Scope.CITY},
)
