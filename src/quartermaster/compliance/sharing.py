"""What evaluations one after the other have in common, read once as long as nobody writes to it.

One statement tells whether anything of it was written since: by the versions of the rows (see
`looking`). Each thread has its own, as an evaluation sets its instant there.
"""

from datetime import datetime
from threading import local
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.timezone import localdate

from quartermaster.compliance.looking import Stamps
from quartermaster.compliance.subjects import Reader

TABLES = (
    "inventory_applicationdecision",
    "mdm_sealingcertificate",
    "mdm_software",
    "mdm_softwarepackage",
    "org_department",
    "policy_adoption",
    "policy_cityrequirements",
    "policy_overlay",
    "policy_policyversion",
    "policy_requirementchange",
    "policy_requirementexception",
)
SETTINGS = ("ACCOUNTS", "CITY", "DEVICES_URL", "SUPPORT_ENDS", "TIME_ZONE")
_STAMP = "SELECT bit_xor(hashtextextended(xmin::text || ctid::text, 0)) FROM {}"
_WRITTEN = f"""
    SELECT {", ".join(f"({_STAMP.format(table)})" for table in TABLES)},
        (SELECT count(*) FROM policy_requirementexception
            WHERE state = 'in_force' AND expires_at > %s)
"""  # noqa: S608 (the tables are named above)


class _Kept(local):
    """What this thread read last, and under what it holds."""

    key: Any = None
    stamps: Stamps | None = None


_kept = _Kept()


def shared(at: datetime) -> Stamps:
    """A reader and its stamps for one instant: the last ones, where nothing of it was written."""
    key = _key(at)
    if _kept.stamps is None or _kept.key != key:
        _kept.key, _kept.stamps = key, Stamps(Reader(at))
    _kept.stamps.reader.moved_to(at)
    return _kept.stamps


def _key(at: datetime) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, [at])
        written = cursor.fetchone()
    return (*written, localdate(at), *(repr(getattr(settings, name)) for name in SETTINGS))
