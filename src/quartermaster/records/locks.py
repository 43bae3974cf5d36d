"""One lock between opening a hold and destroying: neither happens while the other is under way."""

from django.db import connection

_HOLDS = 0x484F_4C44


def keep_holds_still() -> None:
    """Until this transaction ends no hold begins; one that is being opened is waited for.

    Asked for before any row of a device is locked, as who opens a hold locks those afterwards.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_HOLDS])


def begin_holding() -> None:
    """Wait for what destroys to be committed, and let nothing of it begin before this is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_HOLDS])
