"""Searching records, with the reach of whoever's token it is.

The module's name comes before that of ``records``, whose ``records/{key}`` would take the address.
"""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.records.search.choices import looked_of
from quartermaster.records.search.results import Result, search
from quartermaster.records.search.snippets import Passage

router = Router()
READ = BearerToken("records:read")
Chosen = Annotated[str, Field(max_length=64)]
Day = Annotated[str, Field(max_length=10)]
Truth = Literal["", "yes", "no"]


class NarrowedIn(Schema):
    """By what a search is narrowed beside its words: what the page of searching has, too."""

    kind: Chosen = ""
    department: Chosen = ""
    person: Chosen = ""
    month: Chosen = Field("", description="A month, `2026-10`, or a year.")
    origin: Chosen = Field("", description="On what occasion it was announced.")
    device: Chosen = Field("", description="The class of the device, or `none`.")
    ownership: Literal["", "city", "personal"] = ""
    files: Truth = ""
    held: Truth = Field("", description="Of people under a legal hold: for who may know of them.")
    since: Day = Field("", description="The first day, `2026-10-31`.")
    until: Day = Field("", description="The last day.")
    thread: Chosen = Field("", description="`thread` of a record that was found.")


class FoundRecordOut(Schema):
    """A record that was found, with the passages in which it was; plain text, unmarked."""

    id: UUID
    number: str
    about: str
    with_whom: str
    happened_on: date
    kind: str
    author_id: UUID
    origin: str
    files: int
    thread: str
    alike: int
    passages: list[str]


class FoundValueOut(Schema):
    """A value by which what was found can be narrowed, and how many have it."""

    value: str
    label: str
    number: int


class FoundRecordsOut(Schema):
    """A page of what was found. Where ``more``, the counts are of ``number`` of them."""

    items: list[FoundRecordOut]
    next: str | None
    number: int
    more: bool
    facets: dict[str, list[FoundValueOut]]


def _words(passage: Passage) -> str:
    return "".join(run.text for run in passage.runs)


def _out(one: Result) -> dict[str, object]:
    record = one.record
    return {
        "id": record.id,
        "number": record.number,
        "about": record.about,
        "with_whom": record.with_whom,
        "happened_on": record.happened_on,
        "kind": record.source,
        "author_id": record.author_id,
        "origin": one.entry.origin,
        "files": one.entry.files,
        "thread": one.entry.thread,
        "alike": one.alike,
        "passages": [_words(passage) for passage in one.passages],
    }


@router.get("records/search", response=FoundRecordsOut, auth=READ, operation_id="search_records")
def search_records(
    request: HttpRequest,
    narrowed: Query[NarrowedIn],
    q: Annotated[str, Query(max_length=300, description="In the language of searches.")] = "",
    order: Literal["best", "newest", "oldest"] = "best",
    after: Annotated[str, Query(max_length=200, description="`next` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, object]:
    """Records that match, as far as whoever asks may see them."""
    chosen = narrowed.model_dump()
    found = search(actor_of(request), looked_of(q, chosen, order), after=after, size=limit)
    counted = found.counted
    return {
        "items": [_out(one) for one in found.results],
        "next": found.following or None,
        "number": counted.number if counted else 0,
        "more": bool(counted and counted.more),
        "facets": {
            facet.key: [vars(choice) for choice in facet.choices]
            for facet in (counted.facets if counted else ())
        },
    }
