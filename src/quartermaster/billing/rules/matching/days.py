"""Spans of days, months and shares of them. A span's last day belongs to it."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
COMMON_MONTH = 30  # what many carriers reckon a month to have
TOLERANCE = 2  # cents by which shares of a month may be rounded


@dataclass(frozen=True)
class Span:
    """From a day through another."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        if self.first == self.last:
            return said(self.first)
        return f"{said(self.first)} to {said(self.last)}"

    def meeting(self, other: "Span") -> "Span | None":
        """The days that both have."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Span(first, last) if first <= last else None

    def after(self, day: date) -> "Span | None":
        """What of it lies after a day."""
        first = max(self.first, day + DAY)
        return Span(first, self.last) if first <= self.last else None

    @property
    def whole_month(self) -> bool:
        """Whether it goes from a day of a month to the day before that of the next."""
        return self.last + DAY == month_later(self.first)


def span_of(from_on: date, until_on: date | None, within: Span) -> Span | None:
    """The days of a period, whose end no longer belongs to it, that lie within a span."""
    last = within.last if until_on is None else min(within.last, until_on - DAY)
    first = max(within.first, from_on)
    return Span(first, last) if first <= last else None


def covered_days(spans: Iterable[Span]) -> int:
    """How many days several spans have, each counted once."""
    days: set[date] = set()
    for span in spans:
        days.update(span.first + DAY * n for n in range(span.days))
    return len(days)


def month_later(day: date) -> date:
    """The same day of the next month, or its last day."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)  # noqa: PLR2004
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def part(cents: int, days: int, of: int) -> int:
    """The part of an amount that falls on some days, to the nearest cent."""
    doubled = 2 * abs(cents) * days + of
    amount = doubled // (2 * of)
    return -amount if cents < 0 else amount


def month_lengths(span: Span, cycle: Span) -> frozenset[int]:
    """How many days a month may be reckoned to have where a part of it is billed."""
    calendar = monthrange(span.first.year, span.first.month)[1]
    return frozenset({cycle.days, calendar, COMMON_MONTH})


def said(day: date) -> str:
    return f"{day:%b %-d, %Y}"
