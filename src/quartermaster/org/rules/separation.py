"""When a separation takes effect, and when there are too many at once to be true."""

from datetime import date

MANY = 20
SHARE_PERCENT = 5


def has_taken_effect(separated_on: date | None, today: date) -> bool:
    """Whether someone who leaves on that date is gone today."""
    return separated_on is not None and separated_on <= today


def needs_confirmation(separating: int, active: int) -> bool:
    """Whether an import separates so many that a bad export is likelier than the truth."""
    return separating > 0 and (separating > MANY or separating * 100 > active * SHARE_PERCENT)
