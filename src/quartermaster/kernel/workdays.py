"""Periods of working days: which day ends them, in the city's zone."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5


def is_working_day(day: date, holidays: frozenset[date]) -> bool:
    """Neither a weekend nor a holiday."""
    return day.weekday() < SATURDAY and day not in holidays


def working_day_after(day: date, count: int, holidays: frozenset[date]) -> date:
    """The day that lies ``count`` working days after ``day``."""
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day, holidays):
            count -= 1
    return day


def end_of_working_day(at: datetime, days: int, zone: str, holidays: frozenset[date]) -> datetime:
    """The end of the day that lies so many working days ahead, in the city's zone."""
    here = at.astimezone(ZoneInfo(zone))
    return end_of_day(working_day_after(here.date(), days, holidays), zone)


def end_of_day(day: date, zone: str) -> datetime:
    """The last second of a day in the city's zone."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=ZoneInfo(zone))


def beginning_of_day(day: date, zone: str) -> datetime:
    """The first instant of a day in the city's zone."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
