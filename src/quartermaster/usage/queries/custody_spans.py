"""Which numbers a person had when, out of the chain of custody and the ledger."""

from datetime import datetime
from uuid import UUID

from quartermaster.audit.models import Entry
from quartermaster.inventory.models import Custodian, CustodyPeriod, Line
from quartermaster.usage.rules.detail_requests import Had, Numbered, Span, spans_of


def spans_of_person(person_id: UUID, since: datetime, until: datetime) -> list[Span]:
    """The numbers that were with a person within a span, each for as long as it was (G-9)."""
    rows = CustodyPeriod.objects.select_related("line").filter(
        person_id=person_id, custodian=Custodian.PERSON, line__isnull=False, since__lt=until
    )
    had: dict[Line, list[Had]] = {}
    for row in rows.order_by("line_id", "position"):
        assert row.line is not None  # asked for above
        had.setdefault(row.line, []).append(Had(row.since, row.until))
    found: list[Span] = []
    for line, periods in had.items():
        found += spans_of(periods, numbers_of(line), since, until)
    return sorted(found)


def numbers_of(line: Line) -> list[Numbered]:
    """The numbers that a line had: what it has now, and what it had before each correction.

    A number counts from when it was entered: before that it may have been somebody else's.
    """
    entries = Entry.objects.filter(
        tag="inventory.line.changed", subject_kind="inventory.line", subject_id=str(line.id)
    ).order_by("seq")
    found: list[Numbered] = []
    since: datetime | None = None
    for at, data in entries.values_list("at", "data"):
        before = data.get("before", {}).get("number")
        if before:
            found.append(Numbered(before, since, at))
            since = at
    return [*found, Numbered(line.number, since)]
