"""The loans, and one of them with its way."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.audit.queries import entries_about
from quartermaster.kernel.permits import reach
from quartermaster.kernel.worded import values
from quartermaster.lifecycle.models import Loan
from quartermaster.lifecycle.queries.loans import line_in, loans_visible_to
from quartermaster.lifecycle.request_permits import LOAN_LEND, LOAN_RESERVE, LOAN_VIEW
from quartermaster.lifecycle.rules.loans import (
    LIVE_LOANS,
    LOAN,
    RESET_STEPS,
    WITH_BORROWER,
    LoanState,
)
from quartermaster.notify.queries import messages_about
from quartermaster.web.compliance.story import Step
from quartermaster.web.links import device_address, person_address
from quartermaster.web.marks import chip, full_time, when
from quartermaster.web.pages import Button, Crumb, DetailPage, Fact, Filters, ListPage
from quartermaster.web.pool.tables import TONES, LoanTable

WAY = "Hot-spot pool"
_TITLES = {
    "reserved": "Reserved",
    "lent": "Lent, and signed for",
    "extended": "Kept for longer",
    "swapped": "Swapped for another",
    "moved": "Another one, as the first is not back",
    "overdue": "Not brought back in time",
    "line-suspended": "The line was suspended",
    "line-stop-asked": "The carrier was asked to suspend the line",
    "returned": "Brought back",
    "cancelled": "Called off",
    "not-collected": "Not collected",
}


class LoanFilters(Filters):
    """By state; what is over is left out unless asked for."""

    state = django_filters.ChoiceFilter(
        choices=[("all", "All"), *LoanState.choices],
        empty_label="Not over",
        label="State",
        method="by_state",
    )

    def by_state(self, rows: QuerySet[Loan], _name: str, value: str) -> QuerySet[Loan]:
        return rows if value == "all" else rows.filter(state=value)

    def filter_queryset(self, queryset: QuerySet[Loan]) -> QuerySet[Loan]:
        rows: QuerySet[Loan] = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("state"):
            return rows
        return rows.filter(state__in=values(LIVE_LOANS))


class Loans(ListPage[Loan]):
    """The loans that the actor may see."""

    permit = LOAN_VIEW
    title = "Loans of hot-spots"
    lead = "Who has a hot-spot of the pool, or has reserved one."
    table_class = LoanTable
    filters = LoanFilters
    search = ("person__given_name", "person__family_name", "hotspot__label", "purpose")
    search_hint = "Borrower, hot-spot or purpose"
    empty = "There is no loan that you may see."
    noun = ("loan", "loans")

    def rows(self) -> QuerySet[Loan]:
        return loans_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(WAY, reverse("pool:calendar")),)

    def buttons(self) -> Sequence[Button]:
        return (Button("Reserve a hot-spot", "pool:reserve", LOAN_RESERVE, look=""),)


class LoanPage(DetailPage[Loan]):
    """One loan: who, which, until when, its line, what happened."""

    permit = LOAN_VIEW
    thing = "loan"
    template_name = "pool/loan.html"

    def rows(self) -> QuerySet[Loan]:
        return loans_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(WAY, reverse("pool:calendar")), Crumb("Loans", reverse("pool:loans")))

    def state(self) -> Any:
        return chip(self.object.get_state_display(), tone=TONES[self.object.state])

    def facts(self) -> Sequence[Fact]:
        loan = self.object
        line = line_in(loan.hotspot)
        device = loan.hotspot.device
        facts = [
            Fact("Hot-spot", loan.hotspot.label, device_address(self.request, device), str(device)),
            Fact("Borrower", loan.person.name, person_address(self.request, loan.person)),
            Fact("Department", loan.department.name),
            Fact("For", loan.purpose),
            Fact("From", when(loan.starts_on)),
            Fact("Due back", when(loan.ends_on)),
            Fact("Reserved by", loan.asked_by.name, note=full_time(loan.reserved_at)),
        ]
        if line is not None:
            facts.append(Fact("Line", str(line), note=line.get_status_display()))
        if loan.lent_at:
            note = f"{full_time(loan.lent_at)}, lent by {loan.lent_by}"
            facts.append(Fact("Signed", loan.signed_name, note=note))
        if loan.suspended_at:
            facts.append(Fact("Line suspended", full_time(loan.suspended_at)))
        if loan.state == LoanState.RETURNED:
            done = ", ".join(RESET_STEPS[step].lower() for step in loan.reset_steps)
            facts.append(Fact("Came back", loan.get_condition_display(), note=done))
        if loan.closed_at:
            facts.append(Fact("Over", full_time(loan.closed_at), note=loan.closing_reason))
        return facts

    def buttons(self) -> Sequence[Button]:
        loan, kwargs = self.object, {"key": self.object.pk}
        possible = LOAN.verbs_from(LoanState(loan.state))
        place = loan.hotspot.department_id
        extent = reach(self.actor, LOAN_LEND)
        lends = extent.everything or extent.covers(department_id=place)
        lends = lends and loan.person_id != self.actor.person_id
        mine = reach(self.actor, LOAN_RESERVE).covers(
            person_id=loan.person_id, department_id=loan.department_id
        )
        found = []
        if lends and "lend" in possible:
            found.append(Button("Lend", "pool:lend", LOAN_LEND, kwargs, ""))
        if lends and "give back" in possible:
            found.append(Button("Take back", "pool:return", LOAN_LEND, kwargs, ""))
        if (lends or mine) and "extend" in possible:
            found.append(Button("Keep it longer", "pool:extend", LOAN_RESERVE, kwargs))
        if lends and loan.state in WITH_BORROWER:
            found.append(Button("Swap, it does not work", "pool:swap", LOAN_LEND, kwargs))
        if (lends or mine) and "cancel" in possible:
            found.append(Button("Call it off", "pool:cancel", LOAN_RESERVE, kwargs))
        return found

    def context(self) -> dict[str, Any]:
        return {**super().context(), "story": _story_of(self.object)}


def _story_of(loan: Loan) -> list[Step]:
    """Every step and mail, oldest first."""
    steps = [
        Step(
            entry.at,
            _TITLES.get(word := entry.tag.rpartition(".")[2], word.capitalize()),
            entry.actor_label,
            str(entry.data.get("reason", "")),
        )
        for entry in entries_about(loan).order_by("seq")
    ]
    steps += [
        Step(message.created_at, message.subject, message.recipient_name, message=message)
        for message in messages_about(loan).order_by("created_at", "id")
    ]
    return sorted(steps, key=lambda step: step.at)
