"""When to speak of a credential that runs out."""

from datetime import datetime, timedelta

WARN_DAYS = (60, 30, 14, 7, 3, 1, 0)  # nought: it has run out
DAY = timedelta(days=1)


def days_left(expires_at: datetime, at: datetime) -> int:
    """Whole days until it runs out; negative once it has."""
    return (expires_at - at) // DAY


def warning_due(expires_at: datetime | None, at: datetime) -> int | None:
    """The tightest of `WARN_DAYS` that is reached; None while there is time, or no end."""
    if expires_at is None:
        return None
    if expires_at <= at:
        return 0
    reached = [days for days in WARN_DAYS if days and expires_at - at <= days * DAY]
    return min(reached, default=None)


def words_left(expires_at: datetime, at: datetime) -> str:
    """How long it holds, as a sentence's end."""
    days = days_left(expires_at, at)
    if expires_at <= at:
        over = (at - expires_at) // DAY
        return "ran out today" if over == 0 else f"ran out {_count(over)} ago"
    return "runs out within a day" if days == 0 else f"runs out in {_count(days)}"


def _count(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"
