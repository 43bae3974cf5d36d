"""Totals that do not agree: the list, one of them, who looks into it, what became of it."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.kernel.money import dollars
from quartermaster.kernel.permits import reach
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for
from quartermaster.org.roles import Role
from quartermaster.usage.actions import differences
from quartermaster.usage.import_permits import DIFFERENCE_RESOLVE, IMPORT_VIEW
from quartermaster.usage.models import Difference
from quartermaster.usage.queries import imports as queries
from quartermaster.usage.rules.imports import (
    DIFFERENCE,
    LIVE_DIFFERENCES,
    LONGEST_REASON,
    DifferenceState,
)
from quartermaster.web.imports.tables import DIFFERENCE_TONES, DifferenceTable
from quartermaster.web.marks import chip, full_date, full_time
from quartermaster.web.pages import ActPage, Button, Crumb, DetailPage, Fact, Filters, ListPage

WAY = "Totals that differ"


class DifferenceFilters(Filters):
    """By state: what is not closed, unless another is chosen."""

    state = django_filters.ChoiceFilter(
        choices=[("all", "All"), *[(it.value, it.label) for it in DifferenceState]],
        empty_label="Not closed",
        label="State",
        method="by_state",
    )

    def by_state(self, rows: QuerySet[Difference], _name: str, value: str) -> QuerySet[Difference]:
        return rows if value == "all" else rows.filter(state=value)

    def filter_queryset(self, queryset: QuerySet[Difference]) -> QuerySet[Difference]:
        rows: QuerySet[Difference] = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("state"):
            return rows
        return rows.filter(state__in=sorted(state.value for state in LIVE_DIFFERENCES))


class Differences(ListPage[Difference]):
    """Totals that a carrier states and its charges do not add up to."""

    permit = IMPORT_VIEW
    title = WAY
    lead = "A total that the charges do not add up to refuses nothing; somebody looks into it."
    table_class = DifferenceTable
    filters = DifferenceFilters
    search = ("carrier", "account", "number", "reason")
    search_hint = "Carrier, account or line"
    empty = "Every total is what its charges add up to."
    noun = ("difference", "differences")

    def rows(self) -> QuerySet[Difference]:
        return queries.differences_visible_to(self.actor)


class DifferencePage(DetailPage[Difference]):
    """One difference, with both sums."""

    permit = IMPORT_VIEW
    thing = "difference"

    def rows(self) -> QuerySet[Difference]:
        return queries.differences_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(WAY, reverse("imports:differences")),)

    def state(self) -> Any:
        row = self.object
        return chip(DifferenceState(row.state).label, tone=DIFFERENCE_TONES[row.state])

    def facts(self) -> Sequence[Fact]:
        row = self.object
        facts = [
            Fact("Of", row.number or "The account as a whole"),
            Fact("Carrier", row.carrier, note=row.account),
            Fact("Bill cycle", f"{full_date(row.cycle_from)} to {full_date(row.cycle_until)}"),
            Fact("Invoice", str(row.invoice)),
            Fact("Its own total", dollars(row.stated_cents)),
            Fact("Sum of its charges", dollars(row.read_cents)),
            Fact("Difference", dollars(row.cents)),
            Fact("Found", full_time(row.found_at)),
        ]
        if row.assigned_to and row.assigned_at:
            facts.append(Fact("With", row.assigned_to.name, note=full_time(row.assigned_at)))
        if row.closed_at:
            facts.append(Fact("What became of it", row.reason, note=row.closed_label))
            facts.append(Fact("Closed", full_time(row.closed_at)))
        return facts

    def buttons(self) -> Sequence[Button]:
        possible = DIFFERENCE.verbs_from(DifferenceState(self.object.state))
        key = {"key": self.object.pk}
        found = []
        if "resolve" in possible:
            found.append(Button("Resolve", "imports:resolve", DIFFERENCE_RESOLVE, key, look=""))
        if "assign" in possible:
            found.append(Button("Assign", "imports:assign", DIFFERENCE_RESOLVE, key))
        return found


class OnDifference(ActPage[Difference]):
    """What both verbs share."""

    permit = DIFFERENCE_RESOLVE
    thing = "difference"

    def rows(self) -> QuerySet[Difference]:
        return queries.differences_visible_to(self.actor)

    def explain(self) -> str:
        row = self.object
        return (
            f"{row}: the carrier states {dollars(row.stated_cents)}, the charges add up to"
            f" {dollars(row.read_cents)}."
        )

    def crumbs(self) -> Sequence[Crumb]:
        address = reverse("imports:difference", kwargs={"key": self.object.pk})
        return (Crumb(WAY, reverse("imports:differences")), Crumb(str(self.object), address))


class AssignForm(forms.Form):
    """Somebody who may resolve it."""

    person = forms.ModelChoiceField(label="To", queryset=Person.objects.none(), empty_label=None)

    def __init__(self, *args: Any, people: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people


class Assign(OnDifference):
    """Give a difference to somebody to look into (G-12)."""

    title = "Assign the difference"
    form_class = AssignForm
    submit = "Assign"
    done = "It was assigned."

    def form_arguments(self) -> dict[str, Any]:
        roles = [Role.ITMD_ADMIN, Role.ITMD_HELPDESK]
        people = Person.objects.filter(role_assignments__role__in=roles).distinct()
        fitting = [
            person.pk
            for person in people[:200]
            if reach(actor_for(person, self.at), DIFFERENCE_RESOLVE).everything
        ]
        return {"people": Person.objects.filter(pk__in=fitting)}

    def act(self, form: AssignForm) -> Difference:
        return differences.assign(
            difference_id=self.object.pk,
            person_id=form.cleaned_data["person"].pk,
            actor=self.actor,
            at=self.at,
        )


class ResolveForm(forms.Form):
    """What became of it."""

    reason = forms.CharField(
        label="What became of it",
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 3}),
        help_text="Such as: the carrier credits it on the next bill. It is kept.",
    )


class Resolve(OnDifference):
    """Say what became of a difference (G-12)."""

    title = "Resolve the difference"
    form_class = ResolveForm
    submit = "Resolve"
    done = "It was resolved."

    def consequences(self) -> Sequence[str]:
        return (
            "It stays resolved as long as the amounts are the same.",
            "Your name and what you say are kept.",
        )

    def act(self, form: ResolveForm) -> Difference:
        return differences.resolve(
            difference_id=self.object.pk,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )
