"""The counts of today, taken by the clock: one query that counts, one that writes."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Max, Min

from quartermaster.compliance.queries import LOOKED_AT
from quartermaster.policy.rules.versions import city_date
from quartermaster.reports.models import ComplianceDay
from quartermaster.reports.standing import (
    COLUMNS,
    UNANSWERABLE,
    counts_by_state,
    evaluated,
    managed,
)

_KEYS = ("department", "ownership", "clause", "check_name")


def take_snapshot(at: datetime) -> int:
    """Write how every check stands today, by the city's calendar; how many rows."""
    day = city_date(at, settings.TIME_ZONE)
    counts = (
        evaluated(managed())
        .values("clause", "check_name")
        .annotate(
            department_id=F("device__department_id"),
            ownership=F("device__ownership"),
            said=Min("title"),
            looked_at=Max(LOOKED_AT),
            **counts_by_state(),
            unanswerable=Count("id", filter=UNANSWERABLE),
        )
    )
    rows = [_row(row, day, at) for row in counts]
    with transaction.atomic():
        ComplianceDay.objects.bulk_create(
            rows,
            batch_size=2000,
            update_conflicts=True,
            unique_fields=["day", *_KEYS],
            update_fields=["title", "taken_at", "looked_at", "unanswerable", *COLUMNS],
        )
        ComplianceDay.objects.filter(day=day, taken_at__lt=at).delete()
    return len(rows)


def _row(counts: Mapping[str, Any], day: date, at: datetime) -> ComplianceDay:
    given = {name: value for name, value in counts.items() if name != "said"}
    return ComplianceDay(day=day, title=counts["said"], taken_at=at, **given)
