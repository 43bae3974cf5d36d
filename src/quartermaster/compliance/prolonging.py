"""Which open deadlines a change of the calendar makes later. None becomes earlier."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from quartermaster.compliance.models import Case, Finding
from quartermaster.compliance.rules.cases import LIVE_CASES, CaseState
from quartermaster.compliance.rules.findings import FindingState, prolonged
from quartermaster.kernel.worded import values


@dataclass(frozen=True)
class Moved:
    """Rows with their new deadlines."""

    findings: tuple[tuple[Finding, datetime], ...]
    cases: tuple[tuple[Case, datetime], ...]


def prolongations(before: frozenset[date], after: frozenset[date]) -> Moved:
    """What is open and ends later under the calendar after than under the one before."""
    findings = Finding.objects.filter(state=FindingState.NOTICED).order_by("id")
    cases = Case.objects.filter(state__in=values(LIVE_CASES), due_at__isnull=False).order_by("id")
    return Moved(
        tuple(
            (row, later)
            for row in findings
            if row.noticed_at and row.cure_until
            if (later := _later(row.noticed_at, row.cure_until, before, after)) > row.cure_until
        ),
        tuple(
            (row, later)
            for row in cases
            if row.due_at
            if (later := _later(begun(row), row.due_at, before, after)) > row.due_at
        ),
    )


def begun(case: Case) -> datetime:
    """When the present step of a case began."""
    at = {
        CaseState.REFERRED: case.referred_at,
        CaseState.ACKNOWLEDGED: case.acknowledged_at,
        CaseState.DECIDED: case.decided_at,
        CaseState.APPEALED: case.appealed_at,
    }
    return at.get(CaseState(case.state)) or case.prepared_at


def _later(
    start: datetime, until: datetime, before: frozenset[date], after: frozenset[date]
) -> datetime:
    return prolonged(start, until, settings.TIME_ZONE, before, after)
