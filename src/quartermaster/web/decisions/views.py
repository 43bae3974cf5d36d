"""The decisions, for everybody to find, and one of them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from quartermaster.inventory.applications import (
    decisions_visible_to,
    questions_visible_to,
    standing,
    with_standing,
)
from quartermaster.inventory.models import ApplicationDecision, Platform
from quartermaster.inventory.permits import (
    DECISION_MAKE,
    DECISION_VIEW,
    QUESTION_ASK,
    QUESTION_VIEW,
)
from quartermaster.inventory.verdicts import Verdict
from quartermaster.kernel.permits import reach
from quartermaster.policy.permits import REQUIREMENTS_SET
from quartermaster.policy.queries import rulebook
from quartermaster.policy.requirements import LAX
from quartermaster.web.decisions.tables import STANDINGS, VERDICTS, DecisionTable
from quartermaster.web.marks import chip, when
from quartermaster.web.pages import Button, Crumb, DetailPage, Fact, Filters, ListPage


def way(*more: Crumb) -> tuple[Crumb, ...]:
    return (Crumb("Decisions about applications", reverse("decisions:list")), *more)


class DecisionFilters(Filters):
    """By decision and system; those that hold, unless others are asked for."""

    verdict = django_filters.ChoiceFilter(
        choices=[(item.value, item.words) for item in Verdict], empty_label="Any", label="Decision"
    )
    platform = django_filters.ChoiceFilter(
        choices=Platform.choices, empty_label="Any", label="System", method="for_system"
    )
    standing = django_filters.ChoiceFilter(
        choices=[("all", "All, with those of before")],
        empty_label="In force",
        label="Standing",
        method="whatever",
    )

    def for_system(
        self, rows: QuerySet[ApplicationDecision], _name: str, value: str
    ) -> QuerySet[ApplicationDecision]:
        return rows.filter(Q(platform="") | Q(platform=value))

    def whatever(
        self, rows: QuerySet[ApplicationDecision], _name: str, _value: str
    ) -> QuerySet[ApplicationDecision]:
        return rows

    def filter_queryset(
        self, queryset: QuerySet[ApplicationDecision]
    ) -> QuerySet[ApplicationDecision]:
        rows: QuerySet[ApplicationDecision] = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("standing"):
            return rows
        return standing(rows, localdate(self.request.at))


class Decisions(ListPage[ApplicationDecision]):
    """What may be installed, what may not, and why (G-4)."""

    permit = DECISION_VIEW
    title = "May I install this?"
    lead = "Search first: what was decided once holds for everybody. If it is not here, ask ITMD."
    table_class = DecisionTable
    filters = DecisionFilters
    search = ("title", "identifier", "name_pattern", "reason")
    search_hint = "Name, identifier or reason"
    empty = "Nothing like it was decided yet. Ask, and the answer stands here for everybody."
    noun = ("decision", "decisions")

    def rows(self) -> QuerySet[ApplicationDecision]:
        return with_standing(decisions_visible_to(self.actor), localdate(self.at))

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Ask ITMD", "decisions:ask", QUESTION_ASK, look=""),
            Button("Questions", "decisions:questions", QUESTION_VIEW),
            Button("Decide", "decisions:decide", DECISION_MAKE),
            Button("Bring the requirements in step", "decisions:requirements", REQUIREMENTS_SET),
        )


class DecisionPage(DetailPage[ApplicationDecision]):
    """One decision: about what, why, by whom, since when, and what follows from it."""

    permit = DECISION_VIEW
    thing = "decision"
    template_name = "decisions/one.html"

    def rows(self) -> QuerySet[ApplicationDecision]:
        return with_standing(decisions_visible_to(self.actor), localdate(self.at))

    def crumbs(self) -> Sequence[Crumb]:
        return way()

    def state(self) -> Any:
        return chip(self.object.get_verdict_display(), tone=VERDICTS[self.object.verdict])

    def facts(self) -> Sequence[Fact]:
        row = self.object
        stands: str = row.standing  # type: ignore[attr-defined]  # annotated
        last = when(row.until - timedelta(days=1)) if row.until else "Without an end"
        return (
            Fact("About", row.subject, note=row.get_platform_display()),
            Fact("Why", row.reason),
            Fact("Lowest version", row.minimum_version or "Any"),
            Fact("Decided", when(row.decided_at), note=f"by {row.decided_by}"),
            Fact("Holds to the end of", last),
            Fact("Standing", chip(stands.capitalize(), tone=STANDINGS[stands]), note=_ended(row)),
        )

    def buttons(self) -> Sequence[Button]:
        if self.object.ended_at is not None:
            return ()
        key = {"key": self.object.pk}
        return (Button("End it", "decisions:end", DECISION_MAKE, key, look="secondary"),)

    def context(self) -> dict[str, Any]:
        row = self.object
        asked = questions_visible_to(self.actor).filter(decision=row)
        same = decisions_visible_to(self.actor).filter(
            identifier__iexact=row.identifier, name_pattern__iexact=row.name_pattern
        )
        return {
            **super().context(),
            "asked": asked,
            "others": [
                (item, chip(item.get_verdict_display(), tone=VERDICTS[item.verdict]))
                for item in same.exclude(pk=row.pk).order_by("-decided_at")
            ],
            "follows": self._follows(),
            "in_step": reverse("decisions:requirements")
            if reach(self.actor, REQUIREMENTS_SET).everything and row.identifier
            else "",
        }

    def _follows(self) -> Sequence[str]:
        """What the requirements of City devices say of the same identifier: linked, not copied."""
        row, asked = self.object, rulebook().city.get("city", LAX)
        found = []
        if row.identifier and row.identifier in asked.blocked_software:
            found.append("The requirements of City devices block it.")
        if row.identifier and row.identifier in asked.required_software:
            found.append("The requirements of City devices require it.")
        return found


def _ended(row: ApplicationDecision) -> str:
    return f"by {row.ended_by}: {row.end_reason}" if row.ended_at else ""
