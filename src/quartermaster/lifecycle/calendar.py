"""Periods of the room: working days of the City, as far as the rooms know them."""

from collections.abc import Callable
from datetime import date, datetime

from django.conf import settings
from django.utils.timezone import localdate

from quartermaster.kernel.workdays import beginning_of_day, end_of_day, end_of_working_day

Source = Callable[[], frozenset[date]]
_SOURCES: list[Source] = []


def known_from(source: Source) -> Source:
    """Have the days that an upper room knows count as holidays here, too."""
    if source not in _SOURCES:
        _SOURCES.append(source)
    return source


def holidays() -> frozenset[date]:
    """The days on which no period runs."""
    fixed = frozenset(date.fromisoformat(text) for text in settings.HOLIDAYS)
    return fixed.union(*(source() for source in _SOURCES))


def after_working_days(at: datetime, days: int) -> datetime:
    """The end of a period of working days that begins now."""
    return end_of_working_day(at, days, settings.TIME_ZONE, holidays())


def halfway(begun: datetime, until: datetime) -> datetime:
    """When a reminder is due."""
    return begun + (until - begun) / 2


def today(at: datetime) -> date:
    """The day that it is in the city."""
    return localdate(at)


def morning_of(day: date) -> datetime:
    return beginning_of_day(day, settings.TIME_ZONE)


def evening_of(day: date) -> datetime:
    return end_of_day(day, settings.TIME_ZONE)
