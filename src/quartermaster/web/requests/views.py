"""The list of requests, and one with its things, its steps and whose turn it is."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.kernel.permits import Permit, reach
from quartermaster.kernel.worded import values
from quartermaster.lifecycle import request_permits as permits
from quartermaster.lifecycle.models import Request
from quartermaster.lifecycle.queries.requests import requests_visible_to, reservation_of
from quartermaster.lifecycle.queries.steps import taker_of, turn_of
from quartermaster.lifecycle.rules.requests import LIVE_REQUESTS, REQUEST, ItemState, RequestState
from quartermaster.web.links import device_address, person_address
from quartermaster.web.marks import chip, full_time, when
from quartermaster.web.pages import Button, Crumb, DetailPage, Fact, Filters, ListPage
from quartermaster.web.requests.story import story_of
from quartermaster.web.requests.tables import ITEM_TONES, TONES, RequestTable


class RequestFilters(Filters):
    """By state; what is over is left out unless asked for."""

    state = django_filters.ChoiceFilter(
        choices=[("all", "All"), *RequestState.choices],
        empty_label="Not over",
        label="State",
        method="by_state",
    )

    def by_state(self, rows: QuerySet[Request], _name: str, value: str) -> QuerySet[Request]:
        return rows if value == "all" else rows.filter(state=value)

    def filter_queryset(self, queryset: QuerySet[Request]) -> QuerySet[Request]:
        rows: QuerySet[Request] = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("state"):
            return rows
        return rows.filter(state__in=values(LIVE_REQUESTS))


class Requests(ListPage[Request]):
    """The requests that the actor may see."""

    permit = permits.REQUEST_VIEW
    title = "Requests"
    lead = "Asked for by need, recommended by the department, authorised by ITMD."
    table_class = RequestTable
    filters = RequestFilters
    search = ("person__given_name", "person__family_name", "need", "department__name")
    search_hint = "Person, department or need"
    empty = "There is no request that you may see."
    noun = ("request", "requests")

    def rows(self) -> QuerySet[Request]:
        return requests_visible_to(self.actor, self.at)

    def buttons(self) -> Sequence[Button]:
        return (Button("Ask for equipment", "requests:ask", permits.REQUEST_ASK, look=""),)


class RequestPage(DetailPage[Request]):
    """One request: for whom, why, the things, whose step it is, what happened."""

    permit = permits.REQUEST_VIEW
    thing = "request"
    template_name = "requests/request.html"

    def rows(self) -> QuerySet[Request]:
        return requests_visible_to(self.actor, self.at)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Requests", reverse("requests:requests")),)

    def state(self) -> Any:
        return chip(self.object.get_state_display(), tone=TONES[self.object.state])

    def facts(self) -> Sequence[Fact]:
        row = self.object
        facts = [
            Fact("For", row.person.name, person_address(self.request, row.person)),
            Fact("Department", row.department.name),
            Fact("Asked by", row.asker.name, note=full_time(row.asked_at)),
            Fact("Wanted from", when(row.wanted_from)),
        ]
        if row.closed_at is None:
            turn = turn_of(row, self.at)
            names = ", ".join(one.name for one in turn.owners)
            facts.append(Fact("Whose step it is", names or "Nobody's", note=_sentence(turn.said)))
        if row.due_at:
            late = "Overdue" if row.due_at <= self.at else ""
            facts.append(Fact("By when", full_time(row.due_at), note=late))
        if row.recommended_by is not None:
            what = "Not recommended by" if row.state == "declined" else "Recommended by"
            facts.append(Fact(what, _both(row.recommended_by, row.recommended_for)))
        if row.authorised_by is not None:
            what = "Refused by" if row.state == "refused" else "Authorised by"
            facts.append(Fact(what, _both(row.authorised_by, row.authorised_for)))
        if row.closed_at:
            facts.append(Fact("Over", full_time(row.closed_at), note=row.closing_reason))
        return facts

    def buttons(self) -> Sequence[Button]:
        row, kwargs = self.object, {"key": self.object.pk}
        possible = REQUEST.verbs_from(RequestState(row.state))
        found = []
        if taker_of(row, self.actor, self.at) is not None:
            if "recommend" in possible:
                found += [_button("Recommend", "recommend", kwargs, "")]
                found += [_button("Decline", "decline", kwargs, "outline")]
            if "authorise" in possible:
                found += [_button("Authorise", "authorise", kwargs, "")]
                found += [_button("Refuse", "refuse", kwargs, "outline")]
        if "withdraw" in possible and self._may_withdraw():
            found.append(_button("Withdraw", "withdraw", kwargs, "outline"))
        return found

    def _may_withdraw(self) -> bool:
        row = self.object
        return self.actor.person_id == row.asker_id or self._may(permits.REQUEST_ASK)

    def _may(self, permit: Permit) -> bool:
        row = self.object
        place = {"person_id": row.person_id, "department_id": row.department_id}
        return reach(self.actor, permit).covers(**place)

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "items": [self._line(item) for item in self.object.items.all()],
            "story": story_of(self.object),
        }

    def _line(self, item: Any) -> dict[str, Any]:
        kept = reservation_of(item) if item.state == ItemState.RESERVED else None
        device = item.device or (kept.device if kept else None)
        thing = device or item.line or item.accessory
        if thing is None and kept is not None:
            thing = kept.line or kept.accessory
        supplies = reach(self.actor, permits.REQUEST_SUPPLY).everything
        open_ones = {ItemState.RESERVED, ItemState.TO_ORDER, ItemState.ORDERED}
        return {
            "item": item,
            "mark": chip(item.get_state_display(), tone=ITEM_TONES[item.state]),
            "thing": thing,
            "address": device_address(self.request, device) if device else "",
            "may_reserve": supplies and item.state in open_ones,
            "may_release": supplies and item.state == ItemState.RESERVED,
        }


def _button(label: str, name: str, kwargs: dict[str, Any], look: str) -> Button:
    return Button(label, f"requests:{name}", permits.REQUEST_VIEW, kwargs, look)


def _both(doer: Any, stands_for: Any) -> str:
    return f"{doer.name}, for {stands_for.name}" if stands_for is not None else doer.name


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
