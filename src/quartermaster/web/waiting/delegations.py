"""Who stands in for whom: the list, naming somebody, ending it."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django_tables2 import Column

from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.permits import reach
from quartermaster.lifecycle.actions.delegating import delegate, end_delegation
from quartermaster.lifecycle.calendar import today
from quartermaster.lifecycle.models import Delegation
from quartermaster.lifecycle.queries.delegations import delegations_visible_to
from quartermaster.lifecycle.request_permits import DELEGATION_MAKE
from quartermaster.org.models import Person, Standing
from quartermaster.web.pages import (
    ActPage,
    Button,
    Crumb,
    Filters,
    FormPage,
    LinkColumn,
    ListPage,
    Table,
    WhenColumn,
)
from quartermaster.web.waiting.forms import ColleagueForm

_WAY = "Who stands in"


class DelegationTable(Table):
    person = Column(
        accessor="person__name",
        verbose_name="For",
        order_by=("person__family_name", "person__given_name"),
    )
    delegate = Column(
        accessor="delegate__name",
        verbose_name="Stands in",
        order_by=("delegate__family_name", "delegate__given_name"),
    )
    starts_on = WhenColumn(verbose_name="First day")
    ends_on = WhenColumn(verbose_name="Last day")
    reason = Column(verbose_name="Why")
    end = LinkColumn(
        "waiting:delegation-end", empty_values=(), orderable=False, verbose_name="Change"
    )

    def render_end(self, record: Delegation) -> str:
        if record.ended_at is not None:
            return "Ended"
        column: LinkColumn = self.columns["end"].column
        return column.render("End it", record)

    class Meta(Table.Meta):
        model = Delegation
        fields = ()


class DelegationFilters(Filters):
    """What is over is left out unless asked for."""

    over = django_filters.ChoiceFilter(
        choices=[("all", "All")], empty_label="Now and to come", label="Days", method="by_days"
    )

    def by_days(self, rows: QuerySet[Delegation], _name: str, _value: str) -> QuerySet[Delegation]:
        return rows

    def filter_queryset(self, queryset: QuerySet[Delegation]) -> QuerySet[Delegation]:
        rows: QuerySet[Delegation] = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("over"):
            return rows
        return rows.filter(ended_at=None, ends_on__gte=today(self.request.at))


class Delegations(ListPage[Delegation]):
    """Who stands in for whom, as far as it is the reader's matter."""

    permit = DELEGATION_MAKE
    title = _WAY
    lead = "In these days somebody else sees and does what waits for a person."
    table_class = DelegationTable
    filters = DelegationFilters
    search = ("person__family_name", "delegate__family_name", "reason")
    search_hint = "Family name or reason"
    empty = "Nobody stands in for anybody."
    noun = ("delegation", "delegations")

    def rows(self) -> QuerySet[Delegation]:
        return delegations_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (Button("Name who stands in", "waiting:delegate", DELEGATION_MAKE, look=""),)


class Delegate(FormPage):
    """Name who stands in (G-7)."""

    permit = DELEGATION_MAKE
    title = "Name who stands in"
    lead = "For the days named they see and do what waits for you. Both names are kept."
    form_class = ColleagueForm
    submit = "Name them"
    done = "It is arranged: {}."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_WAY, reverse("waiting:delegations")),)

    def form_arguments(self) -> dict[str, Any]:
        return {"for_others": reach(self.actor, DELEGATION_MAKE).everything}

    def act(self, form: Any) -> Delegation:
        given = form.cleaned_data
        return delegate(
            person_id=self._person(given.get("person", "")),
            delegate_id=_found(given["delegate"], "delegate").id,
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            reason=given["reason"],
            actor=self.actor,
            at=self.at,
        )

    def _person(self, number: str) -> Any:
        return _found(number, "person").id if number else self.actor.person_id

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (back to the list)
        return reverse("waiting:delegations")


class EndDelegation(ActPage[Delegation]):
    """End a delegation before its last day."""

    permit = DELEGATION_MAKE
    thing = "delegation"
    title = "End a delegation"
    sentence = "{}: it ends now."
    submit = "End it"
    look = "secondary"
    done = "It has ended."

    def rows(self) -> QuerySet[Delegation]:
        return delegations_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_WAY, reverse("waiting:delegations")),)

    def act(self, form: Any) -> None:  # noqa: ARG002 (the form only confirms)
        end_delegation(delegation=self.object, actor=self.actor, at=self.at)


def _found(named: str, field: str) -> Person:
    """Somebody at work, by personnel number or e-mail address: a stand-in may be of anywhere."""
    people = Person.objects.filter(standing=Standing.ACTIVE)
    person = people.filter(number=named).first() or people.filter(email__iexact=named).first()
    if person is None:
        raise InvalidInput("There is nobody at work of this number or address.", field=field)
    return person
