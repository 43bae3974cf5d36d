"""Searching the archive for what a request asks for: by words, by people, by days, by counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from quartermaster.disclosure.models import RecordsRequest, RequestItem
from quartermaster.disclosure.permits import REQUEST_WORK
from quartermaster.kernel.permits import Actor, reach
from quartermaster.records.capture import records_visible_to
from quartermaster.records.models import Record
from quartermaster.records.search import looking
from quartermaster.records.search.choices import looked_of
from quartermaster.records.search.facets import Counted, counted
from quartermaster.records.search.looking import Hits, hits, people_named
from quartermaster.records.search.pages import cut

ON_A_PAGE = 50


@dataclass(frozen=True)
class Looked:
    """What is looked for. Empty: everything of the span. ``chosen`` are values of counts."""

    words: str = ""
    people: str = ""
    since: date | None = None
    until: date | None = None
    chosen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """A page of records that fit, the oldest first; of each whether the request has it already."""

    records: Sequence[Record]
    following: str
    counted: Counted


def hits_of(actor: Actor, looked: Looked) -> Hits:
    """What the actor may see of what is looked for, for whoever works on requests (G-5).

    Raises:
        InvalidInput: a filter's value makes no sense.
    """
    given = looked_of(looked.words, looked.chosen, "oldest")
    narrowing = given.chosen.within(looked.since, looked.until)
    found = hits(actor, replace(given, chosen=narrowing))
    rows = found.rows
    if not reach(actor, REQUEST_WORK).everything:
        return replace(found, rows=rows.none())
    for name in looked.people.split()[:20]:
        rows = rows.filter(Q(author__in=people_named(name, actor)) | looking.with_whom(name))
    return replace(found, rows=rows)


def records_found(
    actor: Actor, request: RecordsRequest, looked: Looked, *, after: str = ""
) -> Found:
    """The records that fit, a page of them; those that are alike are each shown (G-5)."""
    found = hits_of(actor, looked)
    told = counted(found)
    leaf = cut(found, "oldest", after, ON_A_PAGE, collapse=False, met=told.keys if told else ())
    there = RequestItem.objects.filter(request=request, item__record=OuterRef("pk"))
    rows = records_visible_to(actor).filter(id__in=leaf.keys)
    known = {row.id: row for row in rows.annotate(items_count=Count("items"), there=Exists(there))}
    records = [known[key] for key in leaf.keys if key in known]
    return Found(records, leaf.following, told)


def keys_found(actor: Actor, looked: Looked, most: int) -> list[UUID]:
    """The keys of all records that fit, up to one more than so many."""
    rows = hits_of(actor, looked).rows.order_by("happened_on", "record_id")
    return list(rows.values_list("record_id", flat=True)[: most + 1])
