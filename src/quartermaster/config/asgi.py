"""The devices' door as an ASGI application: ``quartermaster.config.asgi:devices``."""

import os
from typing import Any

import django
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quartermaster.config.settings")
django.setup()

from django.db import connection  # noqa: E402 (after the settings)

from quartermaster.devices.app import DevicesDoor  # noqa: E402
from quartermaster.mdm.door import Pool  # noqa: E402
from quartermaster.mdm.driver import drivers  # noqa: E402

POOL = 8


def open_pool() -> Pool:
    """A pool of plain connections to the same database, each statement a transaction."""
    params = connection.get_connection_params()
    for django_only in ("context", "cursor_factory"):
        params.pop(django_only, None)
    return AsyncConnectionPool[AsyncConnection[Any]](
        kwargs={**params, "autocommit": True}, min_size=1, max_size=POOL, open=False
    )


devices = DevicesDoor([route for item in drivers() for route in item.routes()], open_pool)
