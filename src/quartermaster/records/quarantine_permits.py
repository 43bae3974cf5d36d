"""Who may know of files that were not taken. Deciding about them is sorting, as of mail."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import EMPLOYEE, Role

REFUSED_VIEW = permit(
    "records.refused.view",
    "See which files were not taken, and what became of them",
    {EMPLOYEE: Scope.OWN, Role.CUSTODIAN: Scope.CITY},
)
