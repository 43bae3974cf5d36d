"""Pages of requirements: what the city asks, and what follows for a department."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from quartermaster.kernel.dates import written_day
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Permit, require
from quartermaster.org.models import Department
from quartermaster.policy import queries
from quartermaster.policy.permits import (
    ADOPTION_SET,
    CHANGE_VIEW,
    EXCEPTION_VIEW,
    OVERLAY_SET,
    REQUIREMENTS_SET,
    REQUIREMENTS_VIEW,
)
from quartermaster.policy.plan import Plan, Proposal
from quartermaster.policy.requirements import CATALOGUE, LAX, Requirements, Setting
from quartermaster.policy.requirements.rulebook import OWNERSHIPS, Effective, Rulebook, Terms
from quartermaster.web.pages import Button, Crumb, ListPage, Page
from quartermaster.web.pages.base import OneRow
from quartermaster.web.requirements.forms import AdoptionForm, SettingsForm, initial_of
from quartermaster.web.requirements.plans import PlanPage
from quartermaster.web.requirements.tables import DepartmentTable

OWNERSHIP_WORDS = {"city": "City devices", "personal": "Personal devices"}


def way(*more: Crumb) -> tuple[Crumb, ...]:
    return (Crumb("Requirements", reverse("requirements:city")), *more)


@dataclass(frozen=True)
class Line:
    """One setting as a page shows it."""

    setting: Setting
    city: str
    personal: str


class CityPage(Page):
    """The catalogue of settings, with what the city asks of its own and of personal devices."""

    permit = REQUIREMENTS_VIEW
    title = "Requirements"
    lead = "What the city asks of devices. A department can add to it, never take away."
    template_name = "requirements/city.html"

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Departments", "requirements:departments", REQUIREMENTS_VIEW),
            Button("Exceptions", "requirements:exceptions", EXCEPTION_VIEW),
            Button("Changes", "requirements:changes", CHANGE_VIEW),
            *(
                Button(
                    f"Edit {words.lower()}",
                    "requirements:edit-city",
                    REQUIREMENTS_SET,
                    {"ownership": name},
                )
                for name, words in OWNERSHIP_WORDS.items()
            ),
        )

    def context(self) -> dict[str, Any]:
        book = queries.rulebook()
        city, personal = (book.city.get(name, LAX) for name in OWNERSHIPS)
        lines = [
            Line(entry, entry.show(city[key]), entry.show(personal[key]))
            for key, entry in CATALOGUE.items()
        ]
        return {**super().context(), "lines": lines}


class DepartmentList(ListPage[Department]):
    """The departments whose requirements one may see."""

    permit = REQUIREMENTS_VIEW
    title = "Requirements by department"
    table_class = DepartmentTable
    search = ("name", "code")
    noun = ("department", "departments")

    def crumbs(self) -> Sequence[Crumb]:
        return way()

    def rows(self) -> QuerySet[Department]:
        return queries.departments_visible_to(self.actor)


class OfDepartment(OneRow[Department]):
    """A page about one department's requirements."""

    thing = "department"

    def rows(self) -> QuerySet[Department]:
        return queries.departments_visible_to(self.actor)

    @property
    def book(self) -> Rulebook:
        if not hasattr(self, "_book"):
            self._book = queries.rulebook()
        return self._book


@dataclass(frozen=True)
class Held:
    """A setting that a department is held to, and from where it comes."""

    setting: Setting
    value: str
    origin: str
    until: Any


def held_by(effective: Effective) -> list[Held]:
    asked: Requirements = effective.requirements
    return [
        Held(
            CATALOGUE[key],
            CATALOGUE[key].show(asked[key]),
            effective.sources[key].origin,
            effective.waivers[key].expires_at if key in effective.waivers else None,
        )
        for key in asked.asked()
    ]


class DepartmentPage(OfDepartment):
    """What is required of a department's devices, each setting with clause and origin."""

    permit = REQUIREMENTS_VIEW
    template_name = "requirements/department.html"

    def heading(self) -> str:
        return f"Requirements of {self.object}"

    def crumbs(self) -> Sequence[Crumb]:
        return way(Crumb("Departments", reverse("requirements:departments")))

    def buttons(self) -> Sequence[Button]:
        key = self.object.pk
        if not self.object.covered:
            return (Button("Adopt items", "requirements:adoption", ADOPTION_SET, {"key": key}),)
        return tuple(
            Button(
                f"Add for {words.lower()}",
                "requirements:overlay",
                OVERLAY_SET,
                {"key": key, "ownership": name},
            )
            for name, words in OWNERSHIP_WORDS.items()
        )

    def context(self) -> dict[str, Any]:
        parts = [
            (
                words,
                held_by(
                    queries.effective_requirements(self.object.pk, name, at=self.at, book=self.book)
                ),
            )
            for name, words in OWNERSHIP_WORDS.items()
        ]
        terms = self.book.adoptions.get(self.object.pk)
        return {**super().context(), "parts": parts, "terms": terms}


class EditCity(PlanPage):
    """Change what the city asks of devices of one ownership: plan, then apply."""

    permit = REQUIREMENTS_SET
    form_class = SettingsForm

    @property
    def ownership(self) -> str:
        return known_ownership(self.kwargs["ownership"])

    def heading(self) -> str:
        return f"What the city asks of {OWNERSHIP_WORDS[self.ownership].lower()}"

    def crumbs(self) -> Sequence[Crumb]:
        return way()

    def initial(self) -> dict[str, Any]:
        asked = queries.rulebook().city.get(self.ownership, LAX)
        return initial_of({key: asked[key] for key in asked.asked()})

    def proposal(self, form: SettingsForm) -> Proposal:
        return Proposal(city={self.ownership: form.settings()})


class EditOverlay(PlanPage, OfDepartment):
    """Add to what the city asks, for one department: plan, then apply (C-5)."""

    permit = OVERLAY_SET
    form_class = SettingsForm

    @property
    def ownership(self) -> str:
        return known_ownership(self.kwargs["ownership"])

    def rows(self) -> QuerySet[Department]:
        return within(super().rows(), self.actor, OVERLAY_SET, self.kwargs["key"])

    def heading(self) -> str:
        return f"{self.object}: add for {OWNERSHIP_WORDS[self.ownership].lower()}"

    def crumbs(self) -> Sequence[Crumb]:
        return department_way(self.object)

    def initial(self) -> dict[str, Any]:
        overlay = self.book.overlays.get(self.object.pk, {})
        return initial_of(overlay.get(self.ownership, {}))

    def form_arguments(self) -> dict[str, Any]:
        floor = self.book.inherited(self.object.pk, self.ownership)
        asked = floor.asked()
        return {"floor": {key: CATALOGUE[key].show(floor[key]) for key in asked}}

    def proposal(self, form: SettingsForm) -> Proposal:
        sections = dict(self.book.overlays.get(self.object.pk, {}))
        sections[self.ownership] = form.settings()
        return Proposal(overlays={self.object.code: sections})


class EditAdoption(PlanPage, OfDepartment):
    """Record what an excluded department adopts, by whom and when (S-3)."""

    permit = ADOPTION_SET
    form_class = AdoptionForm

    def rows(self) -> QuerySet[Department]:
        return within(super().rows(), self.actor, ADOPTION_SET, self.kwargs["key"])

    def heading(self) -> str:
        return f"What {self.object} adopts"

    def crumbs(self) -> Sequence[Crumb]:
        return department_way(self.object)

    def initial(self) -> dict[str, Any]:
        terms = self.book.adoptions.get(self.object.pk)
        if terms is None:
            return {"decided_on": localdate(self.at)}
        return {
            "clauses": sorted(terms.clauses),
            "settings": sorted(terms.settings),
            "decided_on": terms.decided_on,
            "decided_by": terms.decided_by,
        }

    def proposal(self, form: AdoptionForm) -> Proposal:
        data = form.cleaned_data
        if not data["clauses"] and not data["settings"]:
            return Proposal(adoptions={self.object.code: None})
        terms = Terms(
            frozenset(data["clauses"]),
            frozenset(data["settings"]),
            data["decided_on"],
            data["decided_by"].strip(),
        )
        return Proposal(adoptions={self.object.code: terms})

    def facts_of(self, made: Plan) -> Sequence[str]:
        terms = made.proposal.adoptions[self.object.code]
        if terms is None:
            return (f"{self.object} adopts nothing any longer.",)
        who = queries.author_of(terms).name
        return (f"Decided by {who} on {written_day(terms.decided_on)}.",)


def within(
    rows: QuerySet[Department], actor: Any, permit: Permit, key: UUID
) -> QuerySet[Department]:
    """The rows, once the actor may do this to the department."""
    if rows.filter(pk=key).exists():
        require(actor, permit, department_id=key)
    return rows


def department_way(department: Department) -> tuple[Crumb, ...]:
    return way(
        Crumb("Departments", reverse("requirements:departments")),
        Crumb(str(department), reverse("requirements:department", kwargs={"key": department.pk})),
    )


def known_ownership(name: str) -> str:
    if name not in OWNERSHIP_WORDS:
        raise NotFound("There is nothing at this address.")
    return name
