"""Bill cycles: which carrier's account, from which day to which. The identity of what is kept."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, order=True)
class Cycle:
    """One cycle of one account. ``until_on`` is its last day.

    ``carrier`` is the vendor's name as the City's contract has it.
    """

    carrier: str
    account: str
    from_on: date
    until_on: date

    def __post_init__(self) -> None:
        if not self.carrier or not self.account:
            raise ValueError("A cycle is of a carrier and an account.")
        if self.until_on < self.from_on:
            raise ValueError("A cycle ends before it begins.")

    def __str__(self) -> str:
        return f"{self.carrier}, {self.account}, {self.from_on} to {self.until_on}"


def month_later(day: date) -> date:
    """The same day of the next month, or that month's last."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)  # noqa: PLR2004 (December)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def month_earlier(day: date) -> date:
    """The same day of the month before, or that month's last."""
    year, month = (day.year - 1, 12) if day.month == 1 else (day.year, day.month - 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def span(from_on: date | None, until_on: date | None) -> tuple[date, date] | None:
    """A cycle's first and last day, of which one may be missing: then it is a month long.

    The last day of a month closes the cycle that begins on the first.
    """
    if from_on is not None and until_on is not None:
        return from_on, until_on
    if from_on is not None:
        return from_on, month_later(from_on) - timedelta(days=1)
    if until_on is not None:
        return month_earlier(until_on + timedelta(days=1)), until_on
    return None
