"""Locks between holds and destroying, schedules and what is under them, and lines of the log."""

from django.db import connection

from quartermaster.jobs.turns import take_turn

_HOLDS = 0x484F_4C44
_NUMBERS = 0x5245_434F
_SCHEDULES = 0x5343_4844


def keep_holds_still() -> None:
    """Until this transaction ends no hold begins; one that is being opened is waited for.

    Asked for before any row of a device is locked, as who opens a hold locks those afterwards.
    """
    _share(_HOLDS)


def begin_holding() -> None:
    """Wait for what destroys to be committed, and let nothing of it begin before this is."""
    take_turn(_HOLDS)


def one_line_at_a_time() -> None:
    """Numbers and lines of the log leave no gap: until this ends, nobody else makes one."""
    take_turn(_NUMBERS)


def keep_schedule_still() -> None:
    """Until this transaction ends no other schedule is put in force; one under way is waited for.

    Asked for before any row under retention is locked: whoever puts one in force changes those.
    """
    _share(_SCHEDULES)


def change_schedule() -> None:
    """Wait for whatever is put under retention now, and let nothing be before this ends."""
    take_turn(_SCHEDULES)


def _share(turn: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [turn])
