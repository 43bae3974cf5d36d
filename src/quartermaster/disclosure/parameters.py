"""The parameters of the law and of the city, read from the settings in one place."""

from datetime import datetime, timedelta

from django.conf import settings

from quartermaster.compliance.calendar import after_working_days


def working_days(name: str, at: datetime) -> datetime:
    """The end of a period of working days, by the city's calendar."""
    return after_working_days(at, settings.OPEN_RECORDS_DAYS[name])


def calendar_days(name: str, at: datetime) -> datetime:
    return at + timedelta(days=settings.OPEN_RECORDS_DAYS[name])


def second_look() -> bool:
    return bool(settings.OPEN_RECORDS_SECOND_LOOK)
