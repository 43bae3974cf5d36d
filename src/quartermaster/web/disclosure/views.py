"""Requests as the custodian sees them: all of them, and one with all that belongs to it."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.disclosure import queries
from quartermaster.disclosure.models import RecordsRequest
from quartermaster.disclosure.permits import REQUEST_TAKE, REQUEST_VIEW, REQUEST_WORK
from quartermaster.disclosure.queries.answers import bars_release
from quartermaster.disclosure.queries.searches import devices_with, lying_with
from quartermaster.disclosure.rules.requests import Kind, RequestState
from quartermaster.kernel.permits import reach
from quartermaster.kernel.worded import choices
from quartermaster.web.disclosure.tables import DECISIONS, SEARCHES, STATES, RequestTable
from quartermaster.web.links import person_address
from quartermaster.web.marks import chip, full_date, full_time, when
from quartermaster.web.pages import Button, Crumb, DetailPage, Fact, Filters, ListPage

REQUESTS = "Records requests"
WAY = Crumb(REQUESTS, "/records-requests/")
_VERBS: dict[str, Sequence[tuple[str, str, str]]] = {
    "received": (("Acknowledge", "acknowledge", ""), ("Close as withdrawn", "withdraw", "outline")),
    "collecting": (
        ("Find records", "find", ""),
        ("Ask people", "ask", "outline"),
        ("Close the search", "close-search", "outline"),
        ("Ask for a fee", "fee", "outline"),
        ("Give to another", "assign", "outline"),
        ("Close as withdrawn", "withdraw", "outline"),
    ),
    "reviewing": (
        ("Put the release together", "package", ""),
        ("Answer without a release", "answer", "outline"),
        ("Ask for a fee", "fee", "outline"),
        ("Search again", "search-again", "outline"),
        ("Give to another", "assign", "outline"),
        ("Close as withdrawn", "withdraw", "outline"),
    ),
    "answered": (
        ("Take in an appeal", "appeal-take-in", "outline"),
        ("Take it up again", "reopen", "outline"),
    ),
    "withdrawn": (),
}


class RequestFilters(Filters):
    state = django_filters.ChoiceFilter(
        choices=choices(RequestState), empty_label="Any", label="State"
    )
    kind = django_filters.ChoiceFilter(choices=choices(Kind), empty_label="Any", label="Kind")


class Requests(ListPage[RecordsRequest]):
    """All requests (G-5)."""

    permit = REQUEST_VIEW
    title = REQUESTS
    table_class = RequestTable
    filters = RequestFilters
    search = ("number", "wanted")
    search_hint = "A number, or words of what is asked for"
    empty = "Nobody has asked for records yet."
    noun = ("request", "requests")

    def rows(self) -> QuerySet[RecordsRequest]:
        return queries.requests_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Take in a request", "disclosure:take-in", REQUEST_TAKE, look=""),
            Button("Appeals", "disclosure:appeals", REQUEST_VIEW),
            Button("Grounds", "disclosure:grounds", REQUEST_VIEW),
        )


class RequestPage(DetailPage[RecordsRequest]):
    """One request: what is asked, by when, what was found, who was asked, what was given out."""

    permit = REQUEST_VIEW
    thing = "request"
    template_name = "disclosure/request.html"

    def rows(self) -> QuerySet[RecordsRequest]:
        return queries.requests_visible_to(self.actor)

    def heading(self) -> str:
        return self.object.number

    def crumbs(self) -> Sequence[Crumb]:
        return (WAY,)

    def state(self) -> Any:
        return chip(self.object.get_state_display(), tone=STATES[self.object.state])

    @property
    def works(self) -> bool:
        return reach(self.actor, REQUEST_WORK).everything

    def buttons(self) -> Sequence[Button]:
        key = {"key": self.object.pk}
        verbs = () if self.object.destroyed_at else _VERBS[self.object.state]
        return [
            Button(label, f"disclosure:{name}", REQUEST_WORK, key, look)
            for label, name, look in verbs
        ]

    def facts(self) -> Sequence[Fact]:
        request = self.object
        facts = [
            Fact("Kind", request.get_kind_display(), note=request.get_channel_display()),
            Fact("Received", full_time(request.received_at)),
            *([self._due()] if request.closed_at is None else []),
            Fact(
                "With",
                request.assigned_to,
                person_address(self.request, request.assigned_to),
            ),
        ]
        if self.works:
            who = request.requester_name or "Did not say"
            note = ", ".join(filter(None, [request.requester_email, request.requester_contact]))
            facts.insert(0, Fact("Requester", who, note=note))
        if request.since or request.until:
            span = [full_date(day) if day else "…" for day in (request.since, request.until)]
            facts.append(Fact("Span", f"{span[0]} to {span[1]}"))
        if request.closed_at:
            facts.append(
                Fact("Outcome", request.get_outcome_display(), note=full_time(request.closed_at))
            )
        if request.destroyed_at:
            facts.append(Fact("Its file was destroyed", full_time(request.destroyed_at)))
        if request.kept_until and request.kept_until > self.at:
            facts.append(Fact("Nothing of it is destroyed before", full_time(request.kept_until)))
        return facts

    def _due(self) -> Fact:
        request = self.object
        if request.state == RequestState.RECEIVED:
            return Fact("Acknowledge by", when(request.acknowledge_by, self.at))
        return Fact("Answer by", when(request.answer_by, self.at))

    def context(self) -> dict[str, Any]:
        request, actor = self.object, self.actor
        items = list(queries.items_visible_to(actor).filter(request=request))
        searches = list(queries.searches_visible_to(actor).filter(request=request))
        lying, devices = lying_with(searches), devices_with(searches)
        return {
            **super().context(),
            "works": self.works,
            "lines": [
                (row, chip(row.get_decision_display(), tone=DECISIONS[row.decision]))
                for row in items
            ],
            "pending": sum(row.decision == "pending" for row in items),
            "searches": [
                (
                    row,
                    chip(row.get_state_display(), tone=SEARCHES[row.state]),
                    lying.get(row.person_id, 0),
                    devices.get(row.person_id, []),
                )
                for row in searches
            ],
            "packages": list(queries.packages_visible_to(actor).filter(request=request)),
            "work": queries.newest_work(actor, request),
            "notices": [
                (row, bars_release(row, self.at))
                for row in queries.notices_visible_to(actor).filter(item__request=request)
            ],
            "letters": list(queries.letters_visible_to(actor).filter(request=request)),
            "fees": list(queries.fees_visible_to(actor).filter(request=request)),
            "appeals": list(queries.appeals_visible_to(actor).filter(request=request)),
            "code_address": reverse("disclosure:code", kwargs={"key": request.pk}),
        }
