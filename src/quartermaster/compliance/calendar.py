"""The City's calendar: from the settings, and as ITMD imported it."""

from datetime import date, datetime

from django.conf import settings
from django.db.models import QuerySet

from quartermaster.compliance.models import Holiday
from quartermaster.compliance.permits import CALENDAR_VIEW
from quartermaster.kernel.permits import Actor, reach
from quartermaster.kernel.workdays import end_of_working_day
from quartermaster.lifecycle import calendar


@calendar.known_from
def imported() -> frozenset[date]:
    """The days that ITMD imported."""
    return frozenset(Holiday.objects.values_list("day", flat=True))


def holidays() -> frozenset[date]:
    """The days on which no period runs."""
    fixed = frozenset(date.fromisoformat(text) for text in settings.HOLIDAYS)
    return fixed | imported()


def holidays_visible_to(actor: Actor) -> QuerySet[Holiday]:
    """The calendar, for whoever works with deadlines."""
    rows = Holiday.objects.all()
    return rows if reach(actor, CALENDAR_VIEW).everything else rows.none()


def after_working_days(at: datetime, days: int) -> datetime:
    """The end of a period of working days that begins now."""
    return end_of_working_day(at, days, settings.TIME_ZONE, holidays())
