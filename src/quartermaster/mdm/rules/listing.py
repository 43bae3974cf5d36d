"""Decisions on the makers' lists: which news is newer, when to read again, when to give up."""

from datetime import datetime, timedelta

CURSOR_LIFE = timedelta(days=7)
READ_EVERY = timedelta(minutes=30)
LONGEST_PAUSE = timedelta(hours=6)
MOST_ASSIGNMENTS = 8


def supersedes(*, told_at: datetime | None, known_at: datetime | None) -> bool:
    """Whether news replaces what is known. News without a time is the present state itself.

    Of two that bear the same time, the one that the service tells later is the newer.
    """
    return told_at is None or known_at is None or told_at >= known_at


def cursor_is_over(cursor_at: datetime | None, at: datetime) -> bool:
    """Whether a cursor is too old for the service to know what came after it."""
    return cursor_at is None or cursor_at + CURSOR_LIFE <= at


def pause_after(attempts: int, wait: int = 0) -> timedelta:
    """How long to leave a service alone: what it asks for, or longer each time."""
    own = timedelta(minutes=2 ** min(attempts, 10))
    return max(min(own, LONGEST_PAUSE), timedelta(seconds=wait))
