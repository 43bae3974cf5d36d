"""Whose devices, findings and days a report counts, as far as the actor may see."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils.timezone import localdate

from quartermaster.compliance.models import Evaluation, Finding
from quartermaster.compliance.permits import FINDING_VIEW
from quartermaster.compliance.queries import devices_to_evaluate
from quartermaster.compliance.rules.outcome import State
from quartermaster.inventory.models import Device
from quartermaster.kernel.permits import Actor, reach
from quartermaster.org.models import Department
from quartermaster.reports.models import ComplianceDay, FleetCount
from quartermaster.reports.permits import COMPLIANCE_VIEW

COLUMNS: Mapping[str, State] = {
    "passing": State.PASS,
    "failing": State.FAIL,
    "unknown": State.UNKNOWN,
    "stale": State.STALE,
    "pending": State.PENDING,
    "excepted": State.EXCEPTED,
    "not_applicable": State.NOT_APPLICABLE,
}
UNANSWERABLE = Q(state=State.UNKNOWN, answerable=False)  # by the platform at all
SHOWN = timedelta(days=90)
FRESH = timedelta(minutes=15)  # so long what the clock counted stands for what is


def _reached(actor: Actor, path: str) -> Q:
    extent = reach(actor, COMPLIANCE_VIEW)
    return Q() if extent.everything else Q(**{f"{path}__in": extent.departments})


def departments_reported(actor: Actor) -> QuerySet[Department]:
    """The departments on whose state the actor may have a report."""
    return Department.objects.filter(_reached(actor, "id")).order_by("name")


def managed() -> QuerySet[Device]:
    """The devices under management, each once."""
    return Device.objects.filter(id__in=devices_to_evaluate().order_by().values("id")).order_by()


def devices_reported(actor: Actor, department_id: UUID | None = None) -> QuerySet[Device]:
    """The devices under management that a report for this actor counts."""
    rows = managed().filter(_reached(actor, "department_id"))
    return rows if department_id is None else rows.filter(department_id=department_id)


def findings_reported(actor: Actor, department_id: UUID | None = None) -> QuerySet[Finding]:
    """The findings that a report for this actor counts."""
    rows = Finding.objects.filter(_reached(actor, "device__department_id")).order_by()
    return rows if department_id is None else rows.filter(device__department_id=department_id)


def answered_days() -> QuerySet[ComplianceDay]:
    """The counts of each day, without those of checks that no device there can answer."""
    return ComplianceDay.objects.exclude(**dict.fromkeys(COLUMNS, 0))


def days_reported(
    actor: Actor, at: datetime, department_id: UUID | None = None
) -> QuerySet[ComplianceDay]:
    """The counts of each day that a report for this actor shows."""
    since = localdate(at - SHOWN)
    rows = answered_days().filter(_reached(actor, "department_id"), day__gte=since)
    return rows if department_id is None else rows.filter(department_id=department_id)


def outcomes_of(actor: Actor, at: datetime) -> tuple[int, datetime | None]:
    """How many outcomes this actor may see, and when the clock counted; None: counted now.

    Those of departments come from what the clock counted; one's own elsewhere are few.
    """
    extent = reach(actor, FINDING_VIEW)
    places = Q() if extent.everything else Q(department_id__in=extent.departments)
    own = Q(holder_id__in=extent.people)
    fresh = ComplianceDay.objects.filter(taken_at__gt=at - FRESH, taken_at__lte=at)
    newest: datetime | None = fresh.aggregate(newest=Max("taken_at"))["newest"]
    if newest is None or not (extent.everything or extent.departments):
        seen = managed().filter(places | own if places else places)
        return evaluated(seen).count(), None
    columns = [*COLUMNS, "unanswerable"]
    sums = fresh.filter(places, taken_at=newest).aggregate(**{key: Sum(key) for key in columns})
    elsewhere = evaluated(managed().filter(own).exclude(places)).count() if extent.people else 0
    return sum(many or 0 for many in sums.values()) + elsewhere, newest


def fleet_counts_reported(actor: Actor, department_id: UUID | None = None) -> QuerySet[FleetCount]:
    """What was counted of the devices that a report for this actor counts."""
    rows = FleetCount.objects.filter(_reached(actor, "department_id"))
    return rows if department_id is None else rows.filter(department_id=department_id)


def evaluations_of(devices: QuerySet[Device]) -> QuerySet[Evaluation]:
    """What was evaluated on these devices, without what a platform cannot answer at all."""
    return evaluated(devices).exclude(UNANSWERABLE)


def evaluated(devices: QuerySet[Device]) -> QuerySet[Evaluation]:
    """Every outcome on these devices."""
    return Evaluation.objects.filter(device__in=devices.values("id")).order_by()


def counts_by_state() -> dict[str, Count]:
    """Annotations that count each state, without what a platform cannot answer at all."""
    found = {name: Count("id", filter=Q(state=state)) for name, state in COLUMNS.items()}
    return found | {"unknown": Count("id", filter=Q(state=State.UNKNOWN, answerable=True))}
