"""Which addresses lead to a planted thing: a page of one row is asked once for all of them.

A page that finds its row as the house's pages do (`OneRow.object`) opens for those keys that its
rows have, and for no other; that it does is tried with one key more. Any other is tried with all.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.test import RequestFactory
from django.urls import NoReverseMatch

from quartermaster.kernel.permits import Actor
from quartermaster.web.guard import may_open, permit_of
from quartermaster.web.pages.base import OneRow
from quartermaster.web.pages.lists import ListPage
from tests.web.addresses import Address

# by itself, as a sheet, and what a search for the mark finds, as a sheet again
ASKED = ("", "?format=csv", "?q=quillm&format=csv", "?q=8642&format=csv")


def is_page(address: Address, base: type) -> bool:
    view = getattr(address.view, "view_class", None)
    return isinstance(view, type) and issubclass(view, base)


def refused_by_permit(address: Address, actor: Actor) -> bool:
    """Whether nothing of the page is reached; tests/web/test_permits.py proves of each that."""
    permit = permit_of(address.view)
    return permit is None or not may_open(actor, permit)


def questions(address: Address) -> tuple[str, ...]:
    """What a page without arguments is asked: lists are searched and taken as a sheet."""
    return ASKED if is_page(address, ListPage) else ("", "?q=quillm&format=csv")


def of_things(
    address: Address, keys: tuple[Any, ...], actor: Actor, at: datetime
) -> tuple[list[str], list[str]]:
    """Addresses of planted things: those that must be opened, and those that find nothing."""
    urls = {}
    for key in keys:
        with suppress(NoReverseMatch):  # an entry of the ledger has a number, others do not
            urls[key] = address.url({"key": key})
    view = getattr(address.view, "view_class", None)
    if view is None or not is_page(address, OneRow) or view.object is not OneRow.object:
        return list(urls.values()), []
    found = _found(view, urls, actor, at)
    return (
        [url for key, url in urls.items() if key in found],
        [url for key, url in urls.items() if key not in found],
    )


def _found(view: type[OneRow[Any]], urls: dict[Any, str], actor: Actor, at: datetime) -> set[Any]:
    """Which of these keys the rows of a page have, for this actor."""
    if not urls:
        return set()
    key, url = next(iter(urls.items()))
    request = RequestFactory().get(url)
    request.actor, request.at = actor, at
    page = view()
    page.setup(request, key=key)
    return set(page.rows().filter(pk__in=list(urls)).values_list("pk", flat=True))
