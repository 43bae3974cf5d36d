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
from quartermaster.kernel.heap import settle  # noqa: E402
from quartermaster.mdm.desk import Pool  # noqa: E402
from quartermaster.mdm.driver import drivers  # noqa: E402

POOL = 8
# every statement of the door looks a few rows up by their keys: one plan does for all, and neither
# statistics of a young table nor a guess at how many are asked for should make it read a table
PLANS = " ".join(
    f"-c {name}"
    for name in (
        "plan_cache_mode=force_generic_plan",
        "enable_seqscan=off",
        "enable_hashjoin=off",
        "enable_mergejoin=off",
        "enable_bitmapscan=off",
    )
)


def open_pool(*, relaxed: bool = False) -> Pool:
    """A pool of plain connections to the same database, each statement a transaction.

    The door says the same few statements all day: they are prepared once a connection, as planning
    one takes longer than running it. (Behind PgBouncer this needs version 1.22 or newer.)
    ``relaxed``: a commit does not wait for the disk; only for what a device says or asks again.
    """
    params = connection.get_connection_params()
    for django_only in ("context", "cursor_factory"):
        params.pop(django_only, None)
    commits = "-c synchronous_commit=off" if relaxed else ""
    params["options"] = f"{params.get('options', '')} {PLANS} {commits}".strip()
    return AsyncConnectionPool[AsyncConnection[Any]](
        kwargs={**params, "autocommit": True, "prepare_threshold": 2},
        min_size=1,
        max_size=POOL,
        open=False,
    )


devices = DevicesDoor([route for item in drivers() for route in item.routes()], open_pool)
settle()
