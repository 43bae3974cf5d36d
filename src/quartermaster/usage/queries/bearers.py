"""To whom lines belonged, day by day, out of custody."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings

from quartermaster.inventory.models import CustodyPeriod
from quartermaster.policy.rules.versions import city_date
from quartermaster.usage.rules.summaries import Bearer, Held

BEFORE_ALL = date(2000, 1, 1)


@dataclass(frozen=True)
class Belonged:
    """A number: its line as it is now, its plan, and to whom it belonged when."""

    line_id: UUID
    plan: str
    periods: tuple[Held, ...]


def belonged(carrier: str, numbers: Iterable[str]) -> dict[str, Belonged]:
    """The numbers of a carrier that are known; who is known first is taken to have had it before.

    A number that came to another line belongs to each while it had it.
    """
    rows = CustodyPeriod.objects.filter(
        line__number__in=list(numbers), line__carrier__iexact=carrier
    ).select_related("line")
    found: dict[str, list[CustodyPeriod]] = defaultdict(list)
    for row in rows.order_by("since", "line_id", "position"):
        assert row.line is not None  # the filter asked
        found[row.line.number].append(row)
    return {number: _of(periods) for number, periods in found.items()}


def _of(rows: list[CustodyPeriod]) -> Belonged:
    line = rows[-1].line
    assert line is not None  # the filter asked
    zone = settings.TIME_ZONE
    periods = tuple(
        Held(
            since=city_date(row.since, zone) if place else BEFORE_ALL,
            until=city_date(row.until, zone) if row.until else None,
            bearer=Bearer(row.department_id, row.person_id),
        )
        for place, row in enumerate(rows)
    )
    return Belonged(line.id, line.plan, periods)
