"""What grows with the fleet and its years, counted by the clock for who asks every minute.

Where the clock did not count lately it is counted then and there; both ways count the same.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet

from quartermaster.mdm import acting
from quartermaster.mdm.models import Command, Enrolment
from quartermaster.mdm.queries import certificate_standings
from quartermaster.mdm.states import CommandState, EnrolmentState
from quartermaster.reports.models import HouseCount
from quartermaster.reports.standing import FRESH

Counts = Mapping[str, int]


def by_state(rows: QuerySet[Any], states: Iterable[StrEnum]) -> Counts:
    """How many rows are in each state; none is a figure, too."""
    found = dict(rows.order_by().values_list("state").annotate(many=Count("id")))
    return {state.value: found.get(state.value, 0) for state in states}


COUNTED: Mapping[str, Callable[[datetime], Counts]] = {
    "certificates": certificate_standings,
    "commands": lambda _at: by_state(Command.objects.all(), CommandState),
    "enrolments": lambda _at: by_state(Enrolment.objects.all(), EnrolmentState),
    "overdue": lambda at: {"": acting.overdue(Command.objects.all(), at).count()},
}


def count_house(at: datetime) -> int:
    """Count each anew; how many figures there are."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE reports_housecount IN SHARE ROW EXCLUSIVE MODE")
        HouseCount.objects.all().delete()
        made = HouseCount.objects.bulk_create(
            HouseCount(figure=figure, key=key, number=number, counted_at=at)
            for figure, count in COUNTED.items()
            for key, number in count(at).items()
        )
    return len(made)


def counted(figure: str, at: datetime) -> Counts:
    """A figure by its keys: as the clock counted it within a quarter of an hour, or as it is."""
    lately = Q(counted_at__gt=at - FRESH, counted_at__lte=at)
    kept = dict(HouseCount.objects.filter(lately, figure=figure).values_list("key", "number"))
    return kept or COUNTED[figure](at)
