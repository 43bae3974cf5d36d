"""Why usage must stay: people under a legal hold had its lines, or an open request reaches it.

Rooms above say which spans their requests reach. Who asks has taken `records.locks` before.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from quartermaster.audit.models import Entry
from quartermaster.inventory.models import CustodyPeriod, Line
from quartermaster.kernel.worded import values
from quartermaster.policy.rules.versions import day_begins
from quartermaster.records.holds import live_keepers
from quartermaster.usage.models import DetailRequest
from quartermaster.usage.rules.detail_requests import DetailState

HELD = "Somebody under a legal hold had one of its lines."
ASKED = "Usage detail of these days was asked for, and the request is not over."

# a sentence for whoever is refused, or nothing, for the days from the first to the last
Reached = Callable[[date, date, datetime], str]
_CHECKS: list[Reached] = []


def register(check: Reached) -> Reached:
    """Have every destruction of usage ask this first."""
    if check not in _CHECKS:
        _CHECKS.append(check)
    return check


def reached(first: date, last: date, at: datetime) -> str:
    """Why the usage of these days must stay for an open request; empty if for none."""
    return next((said for check in _CHECKS if (said := check(first, last, at))), "")


def detail_asked_for(first: date, last: date, at: datetime) -> bool:
    """Whether a supervisor asked for detail of these days and may still look, or soon."""
    rows = DetailRequest.objects.filter(since_on__lte=last, until_on__gte=first)
    waiting = Q(state__in=values({DetailState.ASKED}))
    return rows.filter(waiting | Q(state=DetailState.GRANTED.value, expires_at__gt=at)).exists()


def lines_held(first: date, last: date) -> QuerySet[CustodyPeriod]:
    """Periods of lines, within these days, with people who must keep what they have."""
    zone = settings.TIME_ZONE
    ended = day_begins(last + timedelta(days=1), zone)
    return CustodyPeriod.objects.filter(
        Q(until=None) | Q(until__gt=day_begins(first, zone)),
        line__isnull=False,
        person__in=live_keepers().values("person_id"),
        since__lt=ended,
    )


def held_numbers(first: date, last: date) -> set[str]:
    """Every number of the lines that somebody under a hold had in these days, now and before."""
    keys = set(lines_held(first, last).values_list("line_id", flat=True))
    numbers = set(Line.objects.filter(id__in=keys).values_list("number", flat=True))
    changed = Entry.objects.filter(
        tag="inventory.line.changed",
        subject_kind="inventory.line",
        subject_id__in=[str(key) for key in keys],
    ).values_list("data", flat=True)
    return numbers | {data["before"]["number"] for data in changed if _renumbered(data)}


def _renumbered(data: dict[str, Any]) -> bool:
    return bool(data.get("before", {}).get("number"))
