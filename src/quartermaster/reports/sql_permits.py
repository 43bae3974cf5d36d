"""Who may let other tools read the database."""

from quartermaster.kernel.permits import Scope, permit
from quartermaster.org.roles import SYSTEM

SQL_ROLE_MAKE = permit(
    "reports.sql-role.make",
    "Make a database role for reporting tools",
    {SYSTEM: Scope.CITY},
)
