"""Pages of departments."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from quartermaster.org import actions, queries
from quartermaster.org.models import Coverage, Department, Standing
from quartermaster.org.permits import (
    COVERAGE_SET,
    DEPARTMENT_MANAGE,
    DEPARTMENT_VIEW,
    PEOPLE_IMPORT,
)
from quartermaster.org.rules.details import CoverageDecision, DepartmentDetails
from quartermaster.web.marks import chip
from quartermaster.web.org import forms
from quartermaster.web.org.filters import DepartmentFilters
from quartermaster.web.org.tables import DepartmentsTable
from quartermaster.web.pages import (
    ActPage,
    Button,
    Crumb,
    DetailPage,
    Fact,
    FormPage,
    ListPage,
)


def department_address(department: Department) -> str:
    return reverse("org:department", kwargs={"key": department.pk})


class Departments(ListPage[Department]):
    """The departments that the actor may see."""

    permit = DEPARTMENT_VIEW
    title = "Departments"
    table_class = DepartmentsTable
    filters = DepartmentFilters
    search = ("name", "code")
    search_hint = "Name or code"
    empty = "There are no departments yet. Import them, or add one."
    noun = ("department", "departments")

    def rows(self) -> QuerySet[Department]:
        active = Count("people", filter=Q(people__standing=Standing.ACTIVE))
        rows = queries.departments_visible_to(self.actor).annotate(active_people=active)
        return rows.order_by("name")  # counting drops the order of the model

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Add a department", "org:department-new", DEPARTMENT_MANAGE, look=""),
            Button("Import", "org:import-departments", PEOPLE_IMPORT),
        )


class DepartmentPage(DetailPage[Department]):
    """One department, with what every room knows of it."""

    permit = DEPARTMENT_VIEW
    kind = "department"
    thing = "department"

    def rows(self) -> QuerySet[Department]:
        return queries.departments_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Departments", reverse("org:departments")),)

    def state(self) -> Any:
        tone = "good" if self.object.covered else "neutral"
        return chip(self.object.get_coverage_display(), tone=tone)

    def facts(self) -> Sequence[Fact]:
        department = self.object
        facts = [Fact("Code", department.code)]
        if department.parent:
            seen = self.rows().filter(id=department.parent.id).exists()
            place = department_address(department.parent) if seen else ""
            facts.append(Fact("Part of", department.parent.name, place))
        if not department.covered:
            facts.append(
                Fact(
                    "Excluded because",
                    department.exclusion_reason,
                    note="No purchase by ITMD, no enforcement, not counted in compliance.",
                )
            )
        return facts

    def buttons(self) -> Sequence[Button]:
        kwargs = {"key": self.object.pk}
        return (
            Button("Change", "org:department-change", DEPARTMENT_MANAGE, kwargs),
            Button("Set coverage", "org:department-coverage", COVERAGE_SET, kwargs),
        )


class NewDepartment(FormPage):
    """Add a department by hand."""

    permit = DEPARTMENT_MANAGE
    title = "Add a department"
    lead = "A new department is covered by the policy until it is excluded with a reason."
    form_class = forms.DepartmentForm
    submit = "Add"
    done = "{} was added."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Departments", reverse("org:departments")),)

    def act(self, form: Any) -> Department:
        data = form.cleaned_data
        return actions.create_department(
            details=DepartmentDetails.of(code=data["code"], name=data["name"]),
            parent_id=data["parent"].id if data["parent"] else None,
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Department) -> str:
        return department_address(outcome)


class OnDepartment(ActPage[Department]):
    """Base of the verbs on one department."""

    thing = "department"

    def rows(self) -> QuerySet[Department]:
        return queries.departments_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb("Departments", reverse("org:departments")),
            Crumb(self.object.name, department_address(self.object)),
        )


class ChangeDepartment(OnDepartment):
    permit = DEPARTMENT_MANAGE
    title = "Change a department"
    sentence = "The code, the name and the place of {}."
    form_class = forms.DepartmentForm
    done = "{} was changed."

    def initial(self) -> dict[str, Any]:
        department = self.object
        return {"code": department.code, "name": department.name, "parent": department.parent}

    def act(self, form: Any) -> Department:
        data = form.cleaned_data
        return actions.change_department(
            department_id=self.object.id,
            details=DepartmentDetails.of(code=data["code"], name=data["name"]),
            parent_id=data["parent"].id if data["parent"] else None,
            actor=self.actor,
            at=self.at,
        )


class SetCoverage(OnDepartment):
    permit = COVERAGE_SET
    title = "Set coverage"
    sentence = "Whether the policy covers {}."
    form_class = forms.CoverageForm
    done = "The coverage of {} was set."

    def consequences(self) -> Sequence[str]:
        return (
            "Covered: every clause of the policy applies to its people and devices.",
            "Excluded: no ITMD purchase, no enforcement; it may adopt single clauses.",
        )

    def initial(self) -> dict[str, Any]:
        return {"coverage": self.object.coverage, "reason": self.object.exclusion_reason}

    def act(self, form: Any) -> Department:
        data = form.cleaned_data
        covered = data["coverage"] == Coverage.COVERED
        decision = CoverageDecision.of(
            coverage=data["coverage"], reason="" if covered else data["reason"]
        )
        return actions.set_coverage(
            department_id=self.object.id, decision=decision, actor=self.actor, at=self.at
        )
