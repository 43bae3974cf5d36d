"""Global search: what each room lets be found, trimmed by what the actor may see.

.. code-block:: python

    searchable(
        "People", rows=lambda actor: people_visible_to(actor), permit=PERSON_VIEW,
        fields=("family_name", "given_name", "number", "email"), url_name="org:person",
        note=lambda person: person.department.name, order=10,
    )
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse

from quartermaster.kernel.permits import Actor
from quartermaster.web.guard import Declared, may_open

SHOWN = 8
LONGEST = 100


@dataclass(frozen=True)
class Searchable:
    """One kind of thing that can be found. Fields stand in order of weight."""

    title: str
    rows: Callable[[Actor], QuerySet[Any]]
    permit: Declared
    fields: Sequence[str]
    url_name: str
    note: Callable[[Any], str] = lambda _: ""
    order: int = 50


@dataclass(frozen=True)
class Hit:
    """One thing found."""

    label: str
    address: str
    note: str = ""


@dataclass
class Group:
    """The things found of one kind."""

    title: str
    hits: list[Hit] = field(default_factory=list)
    more: bool = False


_SEARCHABLE: list[Searchable] = []


def searchable(
    title: str,
    *,
    rows: Callable[[Actor], QuerySet[Any]],
    permit: Declared,
    fields: Sequence[str],
    url_name: str,
    note: Callable[[Any], str] = lambda _: "",
    order: int = 50,
) -> None:
    """Let a kind of thing be found."""
    _SEARCHABLE.append(Searchable(title, rows, permit, fields, url_name, note, order))


def _match(fields: Sequence[str], words: Sequence[str]) -> Q:
    match = Q()
    for word in words:
        any_field = Q()
        for name in fields:
            any_field |= Q(**{f"{name}__icontains": word})
        match &= any_field
    return match


def _rank(fields: Sequence[str], text: str) -> Case:
    """Whole matches first, then beginnings, in the fields' order of weight."""
    whole = [When(Q(**{f"{name}__iexact": text}), then=Value(i)) for i, name in enumerate(fields)]
    count = len(fields)
    starts = [
        When(Q(**{f"{name}__istartswith": text}), then=Value(count + i))
        for i, name in enumerate(fields)
    ]
    return Case(*whole, *starts, default=Value(2 * count), output_field=IntegerField())


def search(actor: Actor, text: str) -> list[Group]:
    """What this actor may see of what matches every word, grouped by kind."""
    text = text.replace("\x00", "").strip()[:LONGEST]
    if not text:
        return []
    groups = []
    for item in sorted(_SEARCHABLE, key=lambda item: (item.order, item.title)):
        if not may_open(actor, item.permit):
            continue
        rows = item.rows(actor).filter(_match(item.fields, text.split()))
        found = list(rows.order_by(_rank(item.fields, text), "pk")[: SHOWN + 1])
        if found:
            hits = [
                Hit(str(row), reverse(item.url_name, kwargs={"key": row.pk}), item.note(row))
                for row in found[:SHOWN]
            ]
            groups.append(Group(item.title, hits, more=len(found) > SHOWN))
    return groups
