"""Whose devices, findings and days a report counts, as far as the actor may see."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from quartermaster.compliance.models import Evaluation, Finding
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


def days_reported(
    actor: Actor, at: datetime, department_id: UUID | None = None
) -> QuerySet[ComplianceDay]:
    """The counts of each day that a report for this actor shows."""
    since = (at - SHOWN).date()
    rows = ComplianceDay.objects.filter(_reached(actor, "department_id"), day__gte=since)
    return rows if department_id is None else rows.filter(department_id=department_id)


def fleet_counts_reported(actor: Actor, department_id: UUID | None = None) -> QuerySet[FleetCount]:
    """What was counted of the devices that a report for this actor counts."""
    rows = FleetCount.objects.filter(_reached(actor, "department_id"))
    return rows if department_id is None else rows.filter(department_id=department_id)


def evaluations_of(devices: QuerySet[Device]) -> QuerySet[Evaluation]:
    """What was evaluated on these devices, without what a platform cannot answer at all."""
    rows = Evaluation.objects.filter(device__in=devices.values("id")).order_by()
    return rows.exclude(state=State.UNKNOWN, answerable=False)


def counts_by_state() -> dict[str, Count]:
    """Annotations that count each state."""
    return {name: Count("id", filter=Q(state=state)) for name, state in COLUMNS.items()}
