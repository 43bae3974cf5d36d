"""Pages of findings against departments: the list, one, and taking one back."""

from collections.abc import Sequence
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.billing.queries.bills import findings_visible_to
from quartermaster.compliance import bill_handlers
from quartermaster.compliance import department_permits as permits
from quartermaster.compliance.actions import departments
from quartermaster.compliance.departments import department_findings_visible_to
from quartermaster.compliance.models import DepartmentFinding
from quartermaster.compliance.rules.departments import DepartmentFindingState
from quartermaster.web.links import department_address
from quartermaster.web.marks import chip, full_time
from quartermaster.web.pages import (
    ActPage,
    Button,
    ChipColumn,
    Crumb,
    DetailPage,
    Fact,
    Filters,
    LinkColumn,
    ListPage,
    Table,
    WhenColumn,
)

TONES = {"open": "warning", "settled": "good", "withdrawn": "neutral"}


class DepartmentFindingTable(Table):
    title = LinkColumn("compliance:department-finding", verbose_name="Finding")
    department = tables.Column(accessor="department__name", verbose_name="Against", empty_values=())
    observed = tables.Column(verbose_name="What was seen", orderable=False)
    clause = tables.Column()
    state = ChipColumn(TONES)
    opened_at = WhenColumn(verbose_name="Found")

    class Meta(Table.Meta):
        model = DepartmentFinding
        fields = ()

    def render_department(self, record: DepartmentFinding) -> str:
        return record.department.name if record.department else "ITMD"

    def value_department(self, record: DepartmentFinding) -> str:
        return self.render_department(record)


class DepartmentFindingFilters(Filters):
    state = django_filters.ChoiceFilter(
        choices=[(item.value, item.label) for item in DepartmentFindingState],
        empty_label="Any",
        label="State",
    )


class DepartmentFindings(ListPage[DepartmentFinding]):
    """What departments, or ITMD itself, have to put right (G-12, G-9)."""

    permit = permits.DEPARTMENT_FINDING_VIEW
    title = "Findings against departments"
    lead = "What the house found in its own books. No person is held to it."
    table_class = DepartmentFindingTable
    filters = DepartmentFindingFilters
    search = ("title", "observed", "department__name", "clause")
    search_hint = "Department, words or clause"
    empty = "Nothing was found against the departments that you may see."
    noun = ("finding", "findings")

    def rows(self) -> QuerySet[DepartmentFinding]:
        return department_findings_visible_to(self.actor)


class DepartmentFindingPage(DetailPage[DepartmentFinding]):
    """One finding against a department."""

    permit = permits.DEPARTMENT_FINDING_VIEW
    thing = "finding"

    def rows(self) -> QuerySet[DepartmentFinding]:
        return department_findings_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Findings against departments", reverse("compliance:departments")),)

    def state(self) -> Any:
        return chip(self.object.get_state_display(), tone=TONES[self.object.state])

    def facts(self) -> Sequence[Fact]:
        row = self.object
        whose = row.department
        against = Fact("Against", "ITMD itself")
        if whose is not None:
            against = Fact("Against", whose.name, department_address(self.request, whose))
        facts = [
            against,
            Fact("Clause", row.clause),
            Fact("What was seen", row.observed, self._source()),
            Fact("What to do", row.remedy),
            Fact("Found", full_time(row.opened_at)),
        ]
        if row.closed_at is not None:
            facts.append(Fact("Closed", full_time(row.closed_at), note=row.closing_reason))
        return facts

    def _source(self) -> str:
        """Where it was found, for who may open that."""
        row = self.object
        if row.source_kind != bill_handlers.SOURCE:
            return ""
        if not findings_visible_to(self.actor).filter(id=row.source_id).exists():
            return ""
        return reverse("bills:finding", kwargs={"key": row.source_id})

    def buttons(self) -> Sequence[Button]:
        if self.object.state != DepartmentFindingState.OPEN:
            return ()
        kwargs = {"key": self.object.pk}
        permit = permits.DEPARTMENT_FINDING_WITHDRAW
        return (Button("Withdraw", "compliance:department-withdraw", permit, kwargs),)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="Why it is wrong", max_length=300, widget=forms.Textarea({"rows": 3})
    )


class WithdrawDepartmentFinding(ActPage[DepartmentFinding]):
    """Withdraw a finding that is wrong (C-1)."""

    permit = permits.DEPARTMENT_FINDING_WITHDRAW
    thing = "finding"
    title = "Withdraw the finding"
    form_class = WithdrawForm
    submit = "Withdraw"
    look = "secondary"
    done = "The finding is withdrawn."

    def rows(self) -> QuerySet[DepartmentFinding]:
        return department_findings_visible_to(self.actor)

    def explain(self) -> str:
        return self.object.observed

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("compliance:department-finding", kwargs={"key": self.object.pk})
        return (
            Crumb("Findings against departments", reverse("compliance:departments")),
            Crumb(str(self.object), here),
        )

    def act(self, form: Any) -> DepartmentFinding:
        return departments.withdraw_department_finding(
            finding=self.object,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )
