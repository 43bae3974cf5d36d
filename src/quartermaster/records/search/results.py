"""What a search finds, ready to be shown: a page of records, counts, passages, those alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from quartermaster.kernel.permits import Actor
from quartermaster.records.models import Record, SearchEntry
from quartermaster.records.rules.snippets import Run
from quartermaster.records.search.facets import Counted, counted
from quartermaster.records.search.looking import Hits, Looked, entries_visible_to, hits
from quartermaster.records.search.pages import cut
from quartermaster.records.search.snippets import Passage, first_lines, passages, titles

PAGE = 20


@dataclass(frozen=True)
class Result:
    """A record that was found, and where."""

    record: Record
    entry: SearchEntry
    title: Sequence[Run]
    passages: Sequence[Passage]
    begins: str
    alike: int


@dataclass(frozen=True)
class Results:
    """A page of results. Without counts on a page that only continues."""

    results: Sequence[Result]
    following: str
    counted: Counted | None


def search(
    actor: Actor, looked: Looked, *, after: str = "", size: int = PAGE, count: bool = True
) -> Results:
    """What the actor may see of what is looked for, a page of it (G-5).

    Raises:
        InvalidInput: a filter's value makes no sense, or the page is not known.
    """
    found = hits(actor, looked)
    told = counted(found) if count else None
    leaf = cut(found, looked.order, after, size, met=told.keys if told else ())
    return Results(_shown(found, leaf.keys), leaf.following, told)


def _shown(found: Hits, keys: Sequence[UUID]) -> list[Result]:
    rows = SearchEntry.objects.filter(record__in=keys)
    entries = {row.record_id: row for row in rows.defer("searched")}
    records = Record.objects.select_related("author__department", "device")
    known = {record.id: record for record in records.filter(id__in=keys)}
    there = [known[key] for key in keys if key in known]
    marked, inside = titles(there, found.compiled), passages(there, found.compiled)
    begins = first_lines([one for one in there if one.id not in inside])
    alike = _alike(found.actor, [entry.alike for entry in entries.values() if entry.alike])
    return [
        Result(
            record=one,
            entry=entries[one.id],
            title=marked[one.id],
            passages=inside.get(one.id, ()),
            begins=begins.get(one.id, ""),
            alike=max(0, alike.get(entries[one.id].alike, 1) - 1),
        )
        for one in there
    ]


def _alike(actor: Actor, groups: Sequence[UUID]) -> Mapping[UUID | None, int]:
    """How many of each group the actor may see."""
    if not groups:
        return {}
    rows = entries_visible_to(actor).filter(alike__in=groups).order_by()
    return dict(rows.values_list("alike").annotate(Count("record_id")))
