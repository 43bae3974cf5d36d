"""The list of cases, and one with its evidence and its way."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.compliance import cases, permits
from quartermaster.compliance.models import Case
from quartermaster.compliance.rules.cases import CASE, LIVE_CASES, OWNERS, CaseState, Trigger
from quartermaster.kernel.permits import Permit, reach
from quartermaster.kernel.worded import choices, values
from quartermaster.web.cases.story import story_of
from quartermaster.web.cases.tables import TONES, CaseTable
from quartermaster.web.compliance.tables import GRAVE
from quartermaster.web.links import clause_address, person_address
from quartermaster.web.marks import chip, full_time
from quartermaster.web.pages import Button, Crumb, DetailPage, Fact, Filters, ListPage

_STATES = [("all", "All"), *choices(CaseState)]


class CaseFilters(Filters):
    """By state (what is not closed, unless another is chosen) and by why."""

    state = django_filters.ChoiceFilter(
        choices=_STATES, empty_label="Not closed", label="State", method="by_state"
    )
    trigger = django_filters.ChoiceFilter(choices=choices(Trigger), empty_label="Any", label="Why")

    def by_state(self, rows: QuerySet[Case], _name: str, value: str) -> QuerySet[Case]:
        return rows if value == "all" else rows.filter(state=value)

    def filter_queryset(self, queryset: QuerySet[Case]) -> QuerySet[Case]:
        rows: QuerySet[Case] = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("state"):
            return rows
        return rows.filter(state__in=values(LIVE_CASES))


class Cases(ListPage[Case]):
    """The cases that the actor may see, those that are not closed first."""

    permit = permits.CASE_VIEW
    title = "Cases"
    lead = "Not put right, repeated or serious. A person confirms each before it goes on."
    table_class = CaseTable
    filters = CaseFilters
    search = ("holder__given_name", "holder__family_name", "finding__title", "finding__clause")
    search_hint = "Employee, finding or clause"
    empty = "There is no case that you may see."
    noun = ("case", "cases")

    def rows(self) -> QuerySet[Case]:
        return cases.cases_visible_to(self.actor)


_BUTTONS: Sequence[tuple[str, str, Permit, str]] = (
    ("confirm", "Confirm", permits.CASE_CONFIRM, ""),
    ("dismiss", "Dismiss", permits.CASE_CONFIRM, "outline"),
    ("acknowledge", "Acknowledge", permits.CASE_ACKNOWLEDGE, ""),
    ("decide", "Record an outcome", permits.OUTCOME_RECORD, ""),
    ("review", "Review the appeal", permits.OUTCOME_RECORD, ""),
    ("withdraw", "Withdraw", permits.CASE_WITHDRAW, "secondary"),
)
_PAPERS = "cases:papers"


class CasePage(DetailPage[Case]):
    """One case: why, whose step it is, the evidence, both sides, and what happened."""

    permit = permits.CASE_VIEW
    thing = "case"
    template_name = "cases/case.html"

    def rows(self) -> QuerySet[Case]:
        return cases.cases_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Cases", reverse("cases:cases")),)

    def state(self) -> Any:
        case = self.object
        if case.paused_at is not None:
            return chip("Rests, an exception covers it", tone="neutral")
        return chip(CaseState(case.state).label, tone=TONES[case.state])

    @property
    def own(self) -> bool:
        return self.object.holder_id == self.actor.person_id

    def facts(self) -> Sequence[Fact]:
        case = self.object
        finding, version = case.finding, case.finding.policy_version
        facts = [
            Fact("Employee", case.holder.name, person_address(self.request, case.holder)),
            Fact("Department", case.department.name),
            Fact("Why", Trigger(case.trigger).label),
            Fact("Severity", chip(finding.severity.capitalize(), tone=GRAVE[finding.severity])),
            Fact(
                "Clause",
                finding.clause,
                clause_address(self.request, version, finding.clause),
                note=f"Version {version.number}" if version else "",
            ),
            Fact("The employee was told", full_time(case.noticed_at)),
            Fact("Prepared", full_time(case.prepared_at)),
        ]
        if case.closed_at is None:
            facts.append(Fact("Whose step it is", OWNERS[CaseState(case.state)]))
        if case.due_at:
            facts.append(Fact("By when", full_time(case.due_at), note=self._late()))
        if case.referred_at:
            who = f"Confirmed by {case.confirmed_by}"
            facts.append(Fact("Referred", full_time(case.referred_at), note=who))
            facts.append(Fact("Supervisor", case.supervisor.name if case.supervisor else "—"))
        if case.closed_at:
            facts.append(Fact("Closed", full_time(case.closed_at), note=case.closing_reason))
        return facts

    def _late(self) -> str:
        due = self.object.due_at
        return "Overdue" if due is not None and due <= self.at else ""

    def buttons(self) -> Sequence[Button]:
        case, kwargs = self.object, {"key": self.object.pk}
        possible = CASE.verbs_from(CaseState(case.state))
        if self.own:
            own = [
                Button(
                    "Say your side", "cases:answer", permits.CASE_ANSWER, {"key": case.finding_id}
                )
            ]
            if "appeal" in possible:
                own.append(Button("Appeal", "cases:appeal", permits.CASE_ANSWER, kwargs, ""))
            return [*own, Button("Take the papers", _PAPERS, permits.CASE_EXPORT, kwargs)]
        names = {"decide": "outcome"}
        shown = [
            Button(label, f"cases:{names.get(verb, verb)}", permit, kwargs, look)
            for verb, label, permit, look in _BUTTONS
            if verb in possible and self._may(permit)
        ]
        if self._may(permits.CASE_EXPORT):
            shown.append(Button("Take the papers", _PAPERS, permits.CASE_EXPORT, kwargs))
        return shown

    def _may(self, permit: Permit) -> bool:
        case = self.object
        place = {"person_id": case.holder_id, "department_id": case.department_id}
        return reach(self.actor, permit).covers(**place)

    def context(self) -> dict[str, Any]:
        case = self.object
        sees_outcomes = reach(self.actor, permits.OUTCOME_VIEW).covers(person_id=case.holder_id)
        return {
            **super().context(),
            "case": case,
            "evidence": case.evidence,
            "notices": [
                {**item, "at": _time(item["sent"] or item["queued"])}
                for item in case.evidence["notices"]
            ],
            "before": [
                {**item, "told_at": _time(item["told"]), "ended_at": _time(item["ended"])}
                for item in case.evidence["before"]
            ],
            "cure_until": full_time(until) if (until := case.finding.cure_until) else "—",
            "statements": list(cases.statements_visible_to(self.actor, case.finding)),
            "said_to_others": cases.said_to_others(self.actor, case.finding),
            "outcomes": list(cases.outcomes_visible_to(self.actor, case)),
            "outcome_hidden": case.decided_at is not None and not sees_outcomes,
            "story": story_of(case),
        }


def _time(written: str | None) -> str:
    """A time of the evidence as people read it."""
    return full_time(datetime.fromisoformat(written)) if written else ""
