"""Searching the archive for what a request asks for: by words, by people, by days."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from quartermaster.disclosure.models import RecordsRequest, RequestItem
from quartermaster.disclosure.permits import REQUEST_WORK
from quartermaster.kernel.permits import Actor, reach
from quartermaster.records.capture import matching, records_visible_to
from quartermaster.records.models import Record


@dataclass(frozen=True)
class Looked:
    """What is looked for. Empty: everything of the span."""

    words: str = ""
    people: str = ""
    since: date | None = None
    until: date | None = None


def records_found(actor: Actor, request: RecordsRequest, looked: Looked) -> QuerySet[Record]:
    """The records that fit, and of each whether the request has it already."""
    rows = records_visible_to(actor)
    if not reach(actor, REQUEST_WORK).everything:
        return rows.none()
    if looked.words.strip():
        rows = matching(rows, looked.words)
    for name in looked.people.split():
        rows = rows.filter(
            Q(author__given_name__icontains=name)
            | Q(author__family_name__icontains=name)
            | Q(author__email__iexact=name)
            | Q(with_whom__icontains=name)
        )
    if looked.since:
        rows = rows.filter(happened_on__gte=looked.since)
    if looked.until:
        rows = rows.filter(happened_on__lte=looked.until)
    there = RequestItem.objects.filter(request=request, item__record=OuterRef("pk"))
    return rows.annotate(items_count=Count("items"), there=Exists(there)).order_by(
        "happened_on", "number"
    )
