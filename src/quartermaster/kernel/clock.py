"""The only place that reads the clock. Doors and tasks read it once and pass the instant in."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)
