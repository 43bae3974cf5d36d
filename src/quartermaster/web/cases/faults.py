"""Faults of our own: named by one, with the plan of what is taken back; confirmed by another."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django_tables2 import Column

from quartermaster.compliance import faults as queries
from quartermaster.compliance import permits
from quartermaster.compliance.actions import faults
from quartermaster.compliance.automatic import CHECK_TITLES
from quartermaster.compliance.models import Fault
from quartermaster.compliance.rules.faults import FaultState
from quartermaster.kernel.worded import choices
from quartermaster.web.marks import chip, full_time
from quartermaster.web.pages import (
    ActPage,
    Button,
    ChipColumn,
    Crumb,
    DetailPage,
    Fact,
    Filters,
    FormPage,
    LinkColumn,
    ListPage,
    Table,
    WhenColumn,
)

TONES = {"named": "warning", "confirmed": "good", "refused": "neutral"}
MOST_SHOWN = 100


class FaultTable(Table):
    title = LinkColumn("cases:fault", verbose_name="Check")
    since = WhenColumn(verbose_name="From")
    until = WhenColumn(verbose_name="To")
    state = ChipColumn(TONES)
    named_by = Column(
        accessor="named_by__name",
        order_by=("named_by__family_name", "named_by__given_name"),
        verbose_name="Named by",
    )
    named_at = WhenColumn(verbose_name="Named")
    reason = Column(verbose_name="Why")

    class Meta(Table.Meta):
        model = Fault
        fields = ()


class FaultFilters(Filters):
    """By state."""

    state = django_filters.ChoiceFilter(choices=choices(FaultState), empty_label="Any")


class Faults(ListPage[Fault]):
    """Which checks were wrong, and what was taken back."""

    permit = permits.FAULT_VIEW
    title = "Faults of our own"
    lead = "What a wrong check found is taken back by two people. It counts against nobody."
    table_class = FaultTable
    filters = FaultFilters
    search = ("title", "reason")
    search_hint = "Check or reason"
    empty = "Nobody named a fault."
    noun = ("fault", "faults")

    def rows(self) -> QuerySet[Fault]:
        return queries.faults_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (Button("A check was wrong", "cases:fault-name", permits.FAULT_NAME, look=""),)


class FaultForm(forms.Form):
    """Which check, from when to when, and why."""

    check = forms.ChoiceField(label="Check")
    since = forms.DateTimeField(
        label="Findings opened from",
        help_text="In the city's time, such as 2026-11-24 08:00.",
    )
    until = forms.DateTimeField(label="Until")
    reason = forms.CharField(
        label="What was wrong",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="Everybody who was told of the findings reads it.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = sorted(CHECK_TITLES.items(), key=lambda item: item[1])
        self.fields["check"].choices = known  # type: ignore[attr-defined]


class NameFault(FormPage):
    """Say that a check was wrong (C-1)."""

    permit = permits.FAULT_NAME
    title = "A check was wrong"
    lead = "Nothing is taken back yet: the next page shows what would be, and another confirms it."
    form_class = FaultForm
    submit = "Show what would be taken back"
    done = "Named. Another person has to confirm it."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Faults of our own", reverse("cases:faults")),)

    def act(self, form: Any) -> Fault:
        given = form.cleaned_data
        return faults.name_fault(
            check=given["check"],
            since=_aware(given["since"]),
            until=_aware(given["until"]),
            reason=given["reason"],
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Any) -> str:
        return reverse("cases:fault", kwargs={"key": outcome.pk})


def _aware(value: datetime) -> datetime:
    return timezone.make_aware(value) if timezone.is_naive(value) else value


class OfFault:
    """What the pages of one fault share."""

    actor: Any
    object: Fault
    thing = "fault"

    def rows(self) -> QuerySet[Fault]:
        return queries.faults_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Faults of our own", reverse("cases:faults")),)


class FaultPage(OfFault, DetailPage[Fault]):
    """One fault: which findings, cases and referrals are taken back."""

    permit = permits.FAULT_VIEW
    template_name = "cases/fault.html"

    def heading(self) -> str:
        return f"“{self.object.title}” was wrong"

    def state(self) -> Any:
        state = self.object.state
        return chip(FaultState(state).label, raw=state, tone=TONES[state])

    def buttons(self) -> Sequence[Button]:
        if self.object.state != FaultState.NAMED:
            return ()
        if self.object.named_by_id == self.actor.person_id:
            return ()
        key = {"key": self.object.pk}
        return (
            Button("Take it back", "cases:fault-confirm", permits.FAULT_CONFIRM, key, ""),
            Button("Refuse", "cases:fault-refuse", permits.FAULT_CONFIRM, key),
        )

    def facts(self) -> Sequence[Fact]:
        fault = self.object
        decided = full_time(fault.decided_at) if fault.decided_at else ""
        second = fault.decided_by.name if fault.decided_by else "Nobody yet"
        return [
            Fact("From", full_time(fault.since)),
            Fact("To", full_time(fault.until)),
            Fact("Named by", fault.named_by.name, note=full_time(fault.named_at)),
            Fact("Second person", second, note=decided),
            Fact("What was wrong", fault.reason),
        ]

    def context(self) -> dict[str, Any]:
        plan = queries.plan_of(self.object)
        return {
            **super().context(),
            "plan": plan,
            "shown": plan.findings[:MOST_SHOWN],
            "more": max(0, len(plan.findings) - MOST_SHOWN),
        }


class OnFault(OfFault, ActPage[Fault]):
    """Both decisions lead back to the fault."""

    permit = permits.FAULT_CONFIRM

    def crumbs(self) -> Sequence[Crumb]:
        address = reverse("cases:fault", kwargs={"key": self.object.pk})
        return (*super().crumbs(), Crumb(str(self.object), address))


class ConfirmFault(OnFault):
    """Take back, as the second person, what a wrong check found (C-1)."""

    title = "Take it back"
    submit = "Take it back"
    look = "secondary"
    sentence = "{}"
    done = "It was taken back."

    def consequences(self) -> Sequence[str]:
        plan = queries.plan_of(self.object)
        over = len(plan.decided)
        return (
            f"{len(plan.findings)} findings are marked as our fault; {plan.live} of them close.",
            f"Of {len(plan.cases)} cases, those that nobody decided are withdrawn.",
            f"{over} cases are decided: human resources are told, and take that back themselves.",
            "Holders, and supervisors who got a referral, are told that it was our fault.",
            "None of it counts as told before. If the check still fails, findings open again.",
        )

    def act(self, form: Any) -> Fault:  # noqa: ARG002 (the form only confirms)
        return faults.confirm_fault(fault_id=self.object.pk, actor=self.actor, at=self.at)


class RefuseFault(OnFault):
    """Refuse to take anything back (C-1)."""

    title = "Refuse"
    submit = "Refuse"
    sentence = "{}. Nothing is taken back."
    done = "It was refused."

    def act(self, form: Any) -> Fault:  # noqa: ARG002 (the form only confirms)
        return faults.refuse_fault(fault_id=self.object.pk, actor=self.actor, at=self.at)
