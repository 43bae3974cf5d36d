"""Requests for usage detail: the list, one, and what is told to whom they are about."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from quartermaster.kernel.dates import written_day
from quartermaster.usage import detail_permits as permits
from quartermaster.usage.actions import detail_requests as verbs
from quartermaster.usage.models import DetailRequest
from quartermaster.usage.queries import detail_requests as queries
from quartermaster.usage.rules.detail_requests import DetailState
from quartermaster.web.detail_requests import forms
from quartermaster.web.detail_requests.tables import TONES, DetailRequestTable
from quartermaster.web.links import person_address
from quartermaster.web.marks import chip, full_time, when
from quartermaster.web.pages import (
    Button,
    Crumb,
    DetailPage,
    Fact,
    Filters,
    FormPage,
    ListPage,
)
from quartermaster.web.pages.base import Page


class DetailRequestFilters(Filters):
    state = django_filters.ChoiceFilter(
        choices=DetailState.choices, empty_label="Any", label="State"
    )


class DetailRequests(ListPage[DetailRequest]):
    """Who asked for whose usage detail, as far as the actor may know (G-9)."""

    permit = permits.DETAIL_REQUESTS_VIEW
    title = "Requests for usage detail"
    lead = "Calls, messages and data of a person are seen by their supervisor alone, on request."
    table_class = DetailRequestTable
    filters = DetailRequestFilters
    search = ("person__given_name", "person__family_name", "asked_by__family_name")
    search_hint = "Person, or who asked"
    empty = "Nobody asked for usage detail that you may know of."
    noun = ("request", "requests")

    def rows(self) -> QuerySet[DetailRequest]:
        return queries.detail_requests_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (Button("Ask for usage detail", "detail_requests:new", permits.DETAIL_ASK, look=""),)


class DetailRequestPage(DetailPage[DetailRequest]):
    """One request, with every look that was taken."""

    permit = permits.DETAIL_REQUESTS_VIEW
    kind = "detail_request"
    thing = "request"
    template_name = "detail_requests/request.html"

    def rows(self) -> QuerySet[DetailRequest]:
        return queries.detail_requests_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Requests for usage detail", reverse("detail_requests:requests")),)

    def state(self) -> Any:
        return chip(self.object.get_state_display(), tone=TONES[self.object.state])

    def facts(self) -> Sequence[Fact]:
        row = self.object
        facts = [
            Fact("About", row.person, person_address(self.request, row.person)),
            Fact("Days", f"{written_day(row.since_on)} to {written_day(row.until_on)}"),
            Fact("Asked by", row.asked_by, note=full_time(row.asked_at)),
            Fact("Kind of reason", row.get_category_display()),
            Fact("Why", row.reason),
        ]
        if row.decided_at:
            facts.append(Fact("Decided by", row.decided_by, note=full_time(row.decided_at)))
            facts.append(Fact("Decision", row.decision))
        if row.expires_at:
            facts.append(Fact("Open until", full_time(row.expires_at)))
        if row.quiet_until:
            note = f"Proposed by {row.quiet_by}: {row.quiet_reason}"
            facts.append(Fact("Told later", when(row.quiet_until), note=note))
        if row.told_at:
            facts.append(Fact("The person was told", full_time(row.told_at)))
        return facts

    def buttons(self) -> Sequence[Button]:
        row, me = self.object, self.actor.person_id
        kwargs = {"key": row.pk}
        mine = row.asked_by_id == me
        offered: list[tuple[str, str, Any, str]] = []
        if row.state == DetailState.ASKED and mine:
            offered.append(("Withdraw", "withdraw", permits.DETAIL_ASK, "secondary"))
        elif row.state == DetailState.ASKED:
            offered += [
                ("Grant", "grant", permits.DETAIL_DECIDE, ""),
                ("Decline", "decline", permits.DETAIL_DECIDE, "secondary"),
                ("Propose to tell later", "quiet", permits.DETAIL_DECIDE, "outline"),
            ]
        elif row.state == DetailState.GRANTED:
            if mine:
                offered += [
                    ("Look", "look", permits.DETAIL_READ, ""),
                    ("Take a copy", "take", permits.DETAIL_READ, "outline"),
                ]
            may = permits.DETAIL_ASK if mine else permits.DETAIL_DECIDE
            offered.append(("Close it", "end", may, "outline"))
        return [
            Button(label, f"detail_requests:{name}", permit, kwargs, look)
            for label, name, permit, look in offered
        ]

    def context(self) -> dict[str, Any]:
        return {**super().context(), "looks": list(self.object.looks.select_related("by"))}


class Ask(FormPage):
    """Ask for the usage detail of a person one supervises (G-9)."""

    permit = permits.DETAIL_ASK
    title = "Ask for usage detail"
    lead = (
        "ITMD decides. The person is told that you asked, for which days and what sort of reason."
    )
    form_class = forms.AskForm
    submit = "Ask ITMD"
    done = "ITMD was asked."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Requests for usage detail", reverse("detail_requests:requests")),)

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def act(self, form: Any) -> DetailRequest:
        data = dict(form.cleaned_data)
        person = data.pop("person")
        return verbs.ask_detail(person_id=person.id, **data, actor=self.actor, at=self.at)

    def next_address(self, outcome: Any) -> str:
        return reverse("detail_requests:request", kwargs={"key": outcome.pk})


class Mine(Page):
    """Who asked for one's own usage detail, and who looked when (G-9)."""

    permit = permits.DETAIL_TOLD
    title = "Who saw my usage detail"
    lead = "Usage records of City lines are City property. Here is who asked for yours, and looked."
    template_name = "detail_requests/mine.html"

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return self.show(asked=list(queries.told_to(self.actor)))
