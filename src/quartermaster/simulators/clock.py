"""The clock of simulated devices, which stand outside the house and its clock."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current instant, in UTC."""
    return datetime.now(UTC)
