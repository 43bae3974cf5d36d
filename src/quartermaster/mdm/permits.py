"""Who may enrol, command and look."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import EMPLOYEE, SUPERVISOR, SYSTEM, Role

_ADMINISTRATORS = {
    SYSTEM: Scope.CITY,
    Role.ITMD_ADMIN: Scope.CITY,
    Role.ITMD_HELPDESK: Scope.CITY,
}

ENROLMENT_VIEW = permit(
    "mdm.enrolment.view",
    "See enrolments and what devices reported",
    {
        **_ADMINISTRATORS,
        Role.AUDITOR: Scope.CITY,
        Role.COORDINATOR: Scope.DEPARTMENT,
        SUPERVISOR: Scope.REPORTS,
        EMPLOYEE: Scope.OWN,
    },
)
DEVICE_INVITE = permit(
    "mdm.device.invite", "Invite a device to enrol", {**_ADMINISTRATORS, EMPLOYEE: Scope.OWN}
)
COMMAND_SEND = permit("mdm.command.send", "Send commands to devices", _ADMINISTRATORS)
DEVICE_LOCATE = permit(
    "mdm.device.locate", "Put devices into lost mode and find them", _ADMINISTRATORS
)
SECRET_REVEAL = permit(
    "mdm.secret.reveal", "Reveal a secret kept for a device", {Role.ITMD_ADMIN: Scope.CITY}
)
IDENTITY_REVOKE = permit("mdm.identity.revoke", "Revoke a device's certificate", _ADMINISTRATORS)
ENROLMENT_END = permit("mdm.enrolment.end", "End an enrolment", _ADMINISTRATORS)
ENROLMENTS_BRING = permit(
    "mdm.enrolment.bring",
    "Bring enrolments from another server",
    {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY},
)
CREDENTIAL_MANAGE = permit(
    "mdm.credential.manage",
    "Request, bring and retire the credentials for the makers' services",
    {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY},
)
AUTOMATED_VIEW = permit(
    "mdm.automated.view",
    "See the makers' lists of what the City bought",
    {**_ADMINISTRATORS, Role.AUDITOR: Scope.CITY},
)
AUTOMATED_MANAGE = permit(
    "mdm.automated.manage",
    "Read the makers' lists and assign enrolment profiles",
    _ADMINISTRATORS,
)
DESTRUCTION_REQUEST = permit(
    "mdm.destruction.request",
    "Ask that a device be erased or its management be removed",
    {Role.ITMD_ADMIN: Scope.CITY, Role.ITMD_HELPDESK: Scope.CITY},
)
DESTRUCTION_APPROVE = permit(
    "mdm.destruction.approve",
    "Approve or refuse, as the second person, what destroys",
    {Role.ITMD_ADMIN: Scope.CITY, Role.SECURITY_APPROVER: Scope.CITY},
)
# What is under a hold takes the records custodian as the second person, and nobody else.
DESTRUCTION_APPROVE_HELD = permit(
    "mdm.destruction.approve-held",
    "Approve or refuse, as the second person, what destroys in spite of a hold",
    {Role.CUSTODIAN: Scope.CITY},
)
DESTRUCTION_STOP = permit(
    "mdm.destruction.stop",
    "Stop what destroys before it is done",
    {**_ADMINISTRATORS, Role.SECURITY_APPROVER: Scope.CITY},
)
DESTRUCTION_VIEW = permit(
    "mdm.destruction.view",
    "See what destroys: who asked, who agreed, what became of it",
    {**_ADMINISTRATORS, Role.SECURITY_APPROVER: Scope.CITY, Role.AUDITOR: Scope.CITY},
)
DESTRUCTION_OPEN = permit(
    "mdm.destruction.open",
    "Open the pages of what destroys",
    {**DESTRUCTION_VIEW.given, **DESTRUCTION_APPROVE_HELD.given},
)
