"""Between tests the ledger is emptied as only a superuser can: with its triggers silenced."""

from typing import Any

from django.db.backends.postgresql.operations import DatabaseOperations as Operations

from quartermaster.config.postgres import base


class DatabaseOperations(Operations):
    """Differs in flushing alone."""

    def execute_sql_flush(self, sql_list: Any) -> None:
        silenced = "SET LOCAL session_replication_role = replica"
        super().execute_sql_flush([silenced, *sql_list])


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
