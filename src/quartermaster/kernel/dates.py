"""Days and times as people read them here, in one form on pages, in mails and on papers."""

from datetime import date, datetime

from django.utils import timezone


def written_day(value: date) -> str:
    """As in "November 26, 2026"."""
    return f"{value:%B} {value.day}, {value.year}"


def written_hour(value: datetime) -> str:
    """As in "12:44 a.m.": of a time that is in its zone already."""
    half = "a.m." if value.hour < 12 else "p.m."  # noqa: PLR2004
    return f"{value.hour % 12 or 12}:{value:%M} {half}"


def written_time(value: datetime) -> str:
    """As in "November 26, 2026, 12:44 a.m. CST", in the city's zone."""
    local = timezone.localtime(value)
    return f"{written_day(local.date())}, {written_hour(local)} {local:%Z}"
