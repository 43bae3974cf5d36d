"""Who may decide on software, see it, and have it brought."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import EMPLOYEE, SYSTEM, Role

_ADMINISTRATORS = {
    SYSTEM: Scope.CITY,
    Role.ITMD_ADMIN: Scope.CITY,
    Role.ITMD_HELPDESK: Scope.CITY,
}

SOFTWARE_VIEW = permit(
    "mdm.software.view",
    "See the applications that are delivered, and how far they are",
    {
        **_ADMINISTRATORS,
        Role.AUDITOR: Scope.CITY,
        Role.SECURITY_APPROVER: Scope.CITY,
        Role.COORDINATOR: Scope.DEPARTMENT,
    },
)
SOFTWARE_MANAGE = permit(
    "mdm.software.manage",
    "Decide which applications are delivered, and to whom",
    {SYSTEM: Scope.CITY, Role.ITMD_ADMIN: Scope.CITY},
)
PACKAGE_APPROVE = permit(
    "mdm.package.approve",
    "Stand, as the second person, for what a package of the City's does on devices",
    {Role.ITMD_ADMIN: Scope.CITY, Role.SECURITY_APPROVER: Scope.CITY},
)
SOFTWARE_RETRY = permit(
    "mdm.software.retry", "Have an application brought to a device again", _ADMINISTRATORS
)
SOFTWARE_WISH = permit(
    "mdm.software.wish",
    "Have an offered application installed, or taken away again",
    {**_ADMINISTRATORS, EMPLOYEE: Scope.OWN},
)
