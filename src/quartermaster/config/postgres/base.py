"""Django's PostgreSQL backend, with the embedded server started at the first connection."""

from typing import Any

from django.db.backends.postgresql import base

from quartermaster.config.embedded import ensure_running


class DatabaseWrapper(base.DatabaseWrapper):
    """Differs from Django's own only in where the host comes from."""

    def get_connection_params(self) -> dict[str, Any]:
        folder = self.settings_dict.get("EMBEDDED")
        if folder:
            self.settings_dict["HOST"] = str(ensure_running(folder))
        return super().get_connection_params()
