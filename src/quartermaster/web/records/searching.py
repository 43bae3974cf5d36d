"""Searching records: one page of words, counts to narrow by, and what was found (G-5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from quartermaster.kernel.errors import InvalidInput
from quartermaster.records.permits import RECORD_SAVE, RECORD_VIEW
from quartermaster.records.search.choices import KEYS, looked_of
from quartermaster.records.search.facets import Counted, Facet, labels_of
from quartermaster.records.search.kept import searches_visible_to
from quartermaster.records.search.looking import may_know_of_holds
from quartermaster.records.search.results import search
from quartermaster.records.search_permits import SEARCH_KEEP
from quartermaster.web.pages import Button, Crumb, Page
from quartermaster.web.request import is_partial

LONGEST = 300
ORDERS = (("best", "Best first"), ("newest", "Newest first"), ("oldest", "Oldest first"))
_WORDS = {"since": "From", "until": "Until", "month": "When", "thread": "One conversation"}


@dataclass(frozen=True)
class Chip:
    """Something that narrows, and the address without it."""

    label: str
    address: str


@dataclass(frozen=True)
class Way:
    """A value to narrow by, how many have it, and the address that does it."""

    label: str
    number: int
    address: str


def asked_of(given: Mapping[str, str]) -> dict[str, str]:
    """What an address asks for, and nothing else that stands in it."""
    found = {key: str(given.get(key, "")).replace("\x00", "").strip() for key in ("q", *KEYS)}
    found["order"] = str(given.get("order", ""))
    return {key: value[:LONGEST] for key, value in found.items() if value}


def address_of(path: str, asked: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(asked)}" if asked else path


class SearchPage(Page):
    """Find records by what is in them, by people, days and kinds."""

    permit = RECORD_VIEW
    title = "Search records"
    template_name = "records/search/page.html"
    results_name = "records/search/found.html"

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Records", reverse("records:records")),)

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Searches you keep", "records:searches", SEARCH_KEEP),
            Button("Save a record", "records:save", RECORD_SAVE),
        )

    def asked(self) -> dict[str, str]:
        return asked_of(self.request.GET)

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        asked = self.asked()
        context = {"asked": asked, "q": asked.get("q", ""), **self.found(asked)}
        if is_partial(self.request):
            return render(self.request, self.results_name, {"page": self, **context})
        kept = searches_visible_to(self.actor)[:8]
        return self.show(**context, kept=kept, holds=may_know_of_holds(self.actor))

    def found(self, asked: Mapping[str, str]) -> dict[str, Any]:
        after = self.request.GET.get("after", "")[:200]
        path = self.request.path
        try:
            looked = looked_of(asked.get("q", ""), asked, asked.get("order", ""))
            results = search(self.actor, looked, after=after)
        except InvalidInput as problem:
            return {"problem": str(problem), "chips": chips(path, asked)}
        narrowed = {key: value for key, value in asked.items() if key != "order"}
        return {
            "results": results,
            "chips": chips(path, asked),
            "ways": ways(path, asked, results.counted),
            "orders": orders(path, asked, looked.order),
            "continues": bool(after),
            "narrowed": narrowed,
            "following": address_of(path, {**asked, "after": results.following})
            if results.following
            else "",
            "first": address_of(path, asked),
            "keeping": address_of(reverse("records:search-keep"), asked),
        }


def chips(path: str, asked: Mapping[str, str], keys: Sequence[str] = KEYS) -> list[Chip]:
    """What narrows now, each with the way back."""
    return [
        Chip(_chip(key, asked[key]), address_of(path, _without(asked, key)))
        for key in keys
        if asked.get(key)
    ]


def _chip(key: str, value: str) -> str:
    if key in _WORDS:
        return _WORDS[key] if key == "thread" else f"{_WORDS[key]} {value}"
    return labels_of(key, [value]).get(value, value)


def _without(asked: Mapping[str, str], *keys: str) -> dict[str, str]:
    return {key: value for key, value in asked.items() if key not in keys}


def ways(
    path: str, asked: Mapping[str, str], counted: Counted | None
) -> list[tuple[Facet, list[Way]]]:
    """By what can be narrowed further: nothing that would change nothing."""
    if counted is None:
        return []
    found = []
    for facet in counted.facets:
        if facet.key in asked and facet.key != "month":
            continue
        given = [
            Way(
                choice.label,
                choice.number,
                address_of(path, {**asked, facet.key: choice.value}),
            )
            for choice in facet.choices
            if asked.get(facet.key) != choice.value
        ]
        if len(given) > 1 or (given and given[0].number < counted.number):
            found.append((facet, given))
    return found


def orders(path: str, asked: Mapping[str, str], order: str) -> list[tuple[str, str, bool]]:
    return [
        (label, address_of(path, {**asked, "order": value}), value == order)
        for value, label in ORDERS
    ]
