"""Reads of faults of our own: who sees them, and what each takes back."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from quartermaster.compliance import permits
from quartermaster.compliance.models import Case, Fault, Finding
from quartermaster.compliance.rules.cases import CaseState
from quartermaster.compliance.rules.findings import LIVE, FindingState
from quartermaster.kernel.permits import Actor, reach


def faults_visible_to(actor: Actor) -> QuerySet[Fault]:
    """The faults that the actor may see: all, or none (C-1)."""
    rows = Fault.objects.select_related("named_by", "decided_by")
    return rows if reach(actor, permits.FAULT_VIEW).everything else rows.none()


def wrong_findings(check: str, since: datetime, until: datetime) -> QuerySet[Finding]:
    """What a check found in a span and nobody has taken back."""
    rows = Finding.objects.filter(check_name=check, opened_at__gte=since, opened_at__lt=until)
    return rows.exclude(state=FindingState.WITHDRAWN).filter(fault=None).order_by("id")


@dataclass(frozen=True)
class FaultPlan:
    """What would be taken back, and who would be told."""

    findings: tuple[Finding, ...]
    cases: tuple[Case, ...]

    @property
    def live(self) -> int:
        return sum(1 for item in self.findings if item.state in LIVE)

    @property
    def told(self) -> int:
        return len({item.holder_id for item in self.findings if item.noticed_at is not None})

    @property
    def referred(self) -> tuple[Case, ...]:
        return tuple(case for case in self.cases if case.referred_at is not None)

    @property
    def decided(self) -> tuple[Case, ...]:
        """What human resources decided already: the house cannot take that back."""
        over = {CaseState.DECIDED, CaseState.APPEALED, CaseState.CLOSED}
        return tuple(case for case in self.cases if case.state in over)


def plan_of(fault: Fault) -> FaultPlan:
    """The plan of a fault that nobody decided; afterwards, what it took back."""
    rows = (
        wrong_findings(fault.check_name, fault.since, fault.until)
        if fault.decided_at is None
        else Finding.objects.filter(fault=fault).order_by("id")
    )
    findings = tuple(rows.select_related("device__department", "holder"))
    cases = Case.objects.filter(finding__in=findings).select_related(
        "finding__device", "holder", "supervisor"
    )
    return FaultPlan(findings, tuple(cases.order_by("id")))
