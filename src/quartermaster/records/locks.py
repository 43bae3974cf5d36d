"""Locks between opening a hold and destroying, and between whoever adds a line to the log."""

from django.db import connection

from quartermaster.jobs.turns import take_turn

_HOLDS = 0x484F_4C44
_NUMBERS = 0x5245_434F


def keep_holds_still() -> None:
    """Until this transaction ends no hold begins; one that is being opened is waited for.

    Asked for before any row of a device is locked, as who opens a hold locks those afterwards.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_HOLDS])


def begin_holding() -> None:
    """Wait for what destroys to be committed, and let nothing of it begin before this is."""
    take_turn(_HOLDS)


def one_line_at_a_time() -> None:
    """Numbers and lines of the log leave no gap: until this ends, nobody else makes one."""
    take_turn(_NUMBERS)
