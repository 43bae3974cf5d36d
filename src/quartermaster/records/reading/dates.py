"""In which order day, month and year stand: decided by all dates of a file, or not at all.

A date such as 3/4/25 says it of no order. The order must make a date of every line, none of them
later than today, and the lines of a chat follow one another in time.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise

_EARLIEST = date(2005, 1, 1)
_CENTURY, _FULL_YEAR = 2000, 4
_NOON = 12
_PARTS = re.compile(r"\d+")


class Order(StrEnum):
    """In which order the parts of a date stand."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    YEAR_FIRST = "ymd"


_PLACES: Mapping[Order, tuple[int, int, int]] = {  # of year, month, day
    Order.DAY_FIRST: (2, 1, 0),
    Order.MONTH_FIRST: (2, 0, 1),
    Order.YEAR_FIRST: (0, 1, 2),
}


def day_of(written: str, order: Order) -> date | None:
    """The date that is written in such an order; None where there is none."""
    parts = _PARTS.findall(written)
    if len(parts) != len(_PLACES[order]):
        return None
    year, month, day = (parts[place] for place in _PLACES[order])
    if len(month) > 2 or len(day) > 2 or len(year) not in {2, _FULL_YEAR}:  # noqa: PLR2004 (two figures)
        return None
    if order is Order.YEAR_FIRST and len(year) != _FULL_YEAR:
        return None  # a year of two figures is nowhere written first
    try:
        return date(int(year) + (_CENTURY if len(year) == 2 else 0), int(month), int(day))  # noqa: PLR2004
    except ValueError:
        return None


def clock_of(written: str, half: str) -> time | None:
    """The time of day, of twelve hours where ``half`` (am, pm) is said."""
    parts = [int(part) for part in _PARTS.findall(written)]
    if len(parts) not in {2, 3}:
        return None
    hour, minute, second = [*parts, 0][:3]
    if half:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if half.lower().startswith("p") else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def moment_of(day: str, clock: str, half: str, order: Order, zone: tzinfo) -> datetime | None:
    """Date and time on the clock of a zone."""
    on, at = day_of(day, order), clock_of(clock, half)
    return datetime.combine(on, at, zone) if on is not None and at is not None else None


@dataclass(frozen=True)
class Settled:
    """The order, or between which of them somebody must choose."""

    order: Order | None
    possible: tuple[Order, ...] = ()
    sample: str = ""


def settle(written: Iterable[str], today: date) -> Settled:
    """The one order in which these dates make sense, if there is one."""
    # what is a date in no order is no heading of a message: it says nothing
    unique = dict.fromkeys(written)
    days = [one for one in unique if any(day_of(one, order) for order in Order)]
    found = {order: _reading(days, order, today) for order in Order}
    possible = [order for order in Order if found[order] is not None]
    if not days or not possible:
        return Settled(None)
    least = min(_backwards(found[order] or []) for order in possible)
    left = [order for order in possible if _backwards(found[order] or []) == least]
    readings = {tuple(found[order] or ()) for order in left}
    if len(readings) == 1:
        return Settled(left[0])
    sample = next(
        day for day in reversed(days) if len({day_of(day, order) for order in left}) == len(left)
    )
    return Settled(None, tuple(left), sample)


def _reading(days: Sequence[str], order: Order, today: date) -> list[date] | None:
    read = []
    for written in days:
        day = day_of(written, order)
        if day is None or not _EARLIEST <= day <= today + timedelta(days=1):
            return None
        read.append(day)
    return read


def _backwards(days: Sequence[date]) -> int:
    """How often a day is earlier than the one before it."""
    return sum(1 for before, after in pairwise(days) if after < before)
