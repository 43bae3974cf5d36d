"""A PostgreSQL role for other people's reporting tools: it reads what is named here, and no more.

Default-deny: a table that nobody put on the list is out of reach, and so are the ledger, mail,
secrets, cases, locations, and whatever holds call detail (G-9): refused rows and parts of
carriers' files, the warehouse's files with their keys, and who asked for detail or looked.
"""

import re

from django.db import connection

from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.permits import Actor, require
from quartermaster.reports.sql_permits import SQL_ROLE_MAKE

READABLE = (
    "billing_contract",
    "billing_invoice",
    "billing_invoiceline",
    "billing_order",
    "billing_orderline",
    "billing_plan",
    "billing_rate",
    "billing_service",
    "inventory_accessory",
    "inventory_device",
    "inventory_devicemodel",
    "inventory_line",
    "org_department",
    "policy_policydocument",
    "policy_policyversion",
)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")


def make_role(*, name: str, actor: Actor) -> list[str]:
    """Make the role, or take back what it had too much; the tables that it reads now.

    It cannot log in until an administrator of the database gives it a password.
    """
    require(actor, SQL_ROLE_MAKE)
    if not _NAME.fullmatch(name):
        raise InvalidInput("A role is named in small letters, digits and underscores.")
    role = connection.ops.quote_name(name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {role} NOLOGIN NOINHERIT")
        for kind in ("TABLES", "SEQUENCES", "FUNCTIONS"):
            cursor.execute(f"REVOKE ALL ON ALL {kind} IN SCHEMA public FROM {role}")
        cursor.execute(f"REVOKE ALL ON SCHEMA public FROM {role}")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        there = set(connection.introspection.table_names(cursor))
        granted = [table for table in READABLE if table in there]
        for table in granted:
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"GRANT SELECT ON {quoted} TO {role}")
    return granted
