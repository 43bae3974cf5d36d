"""Who may do what to equipment."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import EMPLOYEE, SUPERVISOR, SYSTEM, Role

_ADMINISTRATORS = {
    SYSTEM: Scope.CITY,
    Role.ITMD_ADMIN: Scope.CITY,
    Role.ITMD_HELPDESK: Scope.CITY,
}
_READERS = {
    **_ADMINISTRATORS,
    Role.AUDITOR: Scope.CITY,
    Role.CUSTODIAN: Scope.CITY,
    Role.COORDINATOR: Scope.DEPARTMENT,
    SUPERVISOR: Scope.REPORTS,
    EMPLOYEE: Scope.OWN,
}

DEVICE_VIEW = permit(
    "inventory.device.view",
    "See a device",
    _READERS,
    in_absence=True,
)
DEVICE_MANAGE = permit(
    "inventory.device.manage", "Register, change, assign and retire devices", _ADMINISTRATORS
)
DEVICE_REGISTER_OWN = permit(
    "inventory.device.register-own",
    "Register a personal device of one's own",
    {SYSTEM: Scope.CITY, EMPLOYEE: Scope.OWN},
)
LINE_VIEW = permit(
    "inventory.line.view",
    "See a line or SIM",
    _READERS,
    in_absence=True,
)
LINE_MANAGE = permit("inventory.line.manage", "Add and change lines and SIMs", _ADMINISTRATORS)
ACCESSORY_VIEW = permit(
    "inventory.accessory.view",
    "See an accessory",
    _READERS,
    in_absence=True,
)
ACCESSORY_MANAGE = permit(
    "inventory.accessory.manage", "Add and assign accessories", _ADMINISTRATORS
)
EQUIPMENT_IMPORT = permit(
    "inventory.import",
    "Import equipment",
    {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY},
)

_EVERYBODY = {**_ADMINISTRATORS, Role.AUDITOR: Scope.CITY, EMPLOYEE: Scope.CITY}

# A decision is for everybody to find; a question is between who asked and who answers.
DECISION_VIEW = permit("inventory.decision.view", "See decisions about applications", _EVERYBODY)
DECISION_MAKE = permit(
    "inventory.decision.make", "Decide about applications, and answer questions", _ADMINISTRATORS
)
QUESTION_ASK = permit(
    "inventory.question.ask",
    "Ask whether an application may be installed",
    {EMPLOYEE: Scope.OWN},
)
QUESTION_VIEW = permit(
    "inventory.question.view",
    "See a question about an application",
    {**_ADMINISTRATORS, Role.AUDITOR: Scope.CITY, EMPLOYEE: Scope.OWN},
)

PHOTOGRAPH_ADD = permit(
    "inventory.photograph.add",
    "Add a photograph of a device",
    {
        **_ADMINISTRATORS,
        Role.COORDINATOR: Scope.DEPARTMENT,
        SUPERVISOR: Scope.REPORTS,
        EMPLOYEE: Scope.OWN,
    },
    in_absence=True,
)
COUNT_VIEW = permit(
    "inventory.count.view",
    "See a count of stock",
    {**_ADMINISTRATORS, Role.AUDITOR: Scope.CITY, Role.COORDINATOR: Scope.DEPARTMENT},
)
COUNT_TAKE = permit(
    "inventory.count.take",
    "Count stock and sign a count off",
    {**_ADMINISTRATORS, Role.COORDINATOR: Scope.DEPARTMENT},
)
CONFIRMATION_ASK = permit(
    "inventory.confirmation.ask",
    "Ask holders whether they have their devices",
    {**_ADMINISTRATORS, Role.COORDINATOR: Scope.DEPARTMENT},
)
CONFIRMATION_VIEW = permit(
    "inventory.confirmation.view",
    "See what holders confirmed",
    {
        **_ADMINISTRATORS,
        Role.AUDITOR: Scope.CITY,
        Role.COORDINATOR: Scope.DEPARTMENT,
        EMPLOYEE: Scope.OWN,
    },
)
CONFIRMATION_ANSWER = permit(
    "inventory.confirmation.answer",
    "Say whether one has a device",
    {EMPLOYEE: Scope.OWN},
)
