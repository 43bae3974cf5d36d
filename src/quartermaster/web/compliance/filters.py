"""What the list of findings may be narrowed by."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from quartermaster.compliance.models import Finding
from quartermaster.compliance.permits import FINDING_VIEW
from quartermaster.compliance.queries import live_findings
from quartermaster.compliance.rules.applications import CHECKS as APPLICATION_CHECKS
from quartermaster.compliance.rules.applications import ApplicationCheck
from quartermaster.compliance.rules.checks import CHECKS, Check
from quartermaster.compliance.rules.findings import FindingState
from quartermaster.compliance.rules.outcome import Severity
from quartermaster.compliance.rules.records import RECORD_CHECKS, RecordCheck
from quartermaster.kernel.permits import reach
from quartermaster.org.models import Department
from quartermaster.web.pages import Filters

_CHECKS: tuple[Check | RecordCheck | ApplicationCheck, ...] = (
    *CHECKS,
    *RECORD_CHECKS,
    *APPLICATION_CHECKS,
)
_STATES = [("all", "All"), *((state.value, state.value.capitalize()) for state in FindingState)]


def _departments(request: Any) -> QuerySet[Department]:
    """The departments whose findings the actor may see, whether there are some or not."""
    extent = reach(request.actor, FINDING_VIEW)
    if extent.everything:
        return Department.objects.all()
    seen = (
        Finding.objects.filter(holder_id__in=extent.people).order_by().values("device__department")
    )
    return Department.objects.filter(Q(id__in=extent.departments) | Q(id__in=seen))


def _clauses() -> list[tuple[str, str]]:
    return [(clause, clause) for clause in sorted({check.clause for check in _CHECKS})]


class FindingFilters(Filters):
    """By state (what is not settled, unless another is chosen), gravity, clause and place."""

    state = django_filters.ChoiceFilter(
        choices=_STATES, empty_label="Not settled", label="State", method="by_state"
    )
    severity = django_filters.ChoiceFilter(
        choices=[(grade.value, grade.value.capitalize()) for grade in Severity],
        empty_label="Any",
        label="Severity",
    )
    clause = django_filters.ChoiceFilter(choices=_clauses, empty_label="Any", label="Clause")
    check = django_filters.ChoiceFilter(
        "check_name",
        choices=[(check.name, check.title) for check in _CHECKS],
        empty_label="Any",
        label="Check",
    )
    department = django_filters.ModelChoiceFilter(
        "device__department",
        queryset=_departments,
        to_field_name="code",
        empty_label="Any",
        label="Department",
    )

    def by_state(self, rows: QuerySet[Finding], _name: str, value: str) -> QuerySet[Finding]:
        return rows if value == "all" else rows.filter(state=value)

    def filter_queryset(self, queryset: QuerySet[Finding]) -> QuerySet[Finding]:
        rows: QuerySet[Finding] = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("state") else live_findings(rows)
