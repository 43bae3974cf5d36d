"""The only way to usage detail: a granted request, of whoever looks, about one of their people.

`look` asks the grant itself, works out which spans the person had which lines, writes down that
somebody looked, and gives the rows. A test of the architecture shows that nothing else reads them.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.timezone import localdate

from quartermaster.files import papers
from quartermaster.jobs.acts import act
from quartermaster.kernel.csvsafe import safe
from quartermaster.kernel.errors import InvalidInput, Refused
from quartermaster.kernel.money import dollars
from quartermaster.kernel.permits import Actor, require
from quartermaster.usage.actions.detail_requests.common import a_person, the_request
from quartermaster.usage.detail_permits import DETAIL_READ
from quartermaster.usage.models import DetailLook, DetailRequest, UsageCycle
from quartermaster.usage.queries.custody_spans import spans_of_person
from quartermaster.usage.rules.detail_requests import DetailState, LookKind, Span
from quartermaster.usage.warehouse import questions, reading

MOST_ROWS = 50_000
MOST_PRINTED = 5_000
MARGIN = timedelta(days=62)  # a cycle's file may hold what happened some weeks before its days
TITLES = ("When", "Kind", "Line", "With", "Way", "Duration", "Count", "KB", "From", "To", "Cost")


@dataclass(frozen=True)
class Shown:
    """What was shown: the rows, the spans that they are of, and the mark that names who looked."""

    request: DetailRequest
    rows: Sequence[Mapping[str, Any]]
    spans: Sequence[Span]
    mark: str
    look: DetailLook


def look(*, request_id: UUID, actor: Actor, at: datetime, kind: LookKind = LookKind.VIEW) -> Shown:
    """Look at the detail of a granted request of one's own; that it was done is kept (G-9, G-2).

    Raises:
        Refused: it is not the actor's request, not granted, over, or the person is not one of
            theirs any longer.
    """
    with act(actor, at) as doing:
        request = the_request(request_id)
        _require_granted(request, actor, at)
        since, until = _instants(request)
        spans = spans_of_person(request.person_id, since, until)
        rows = _read(spans)
        seen = DetailLook.objects.create(
            request=request, by_id=a_person(actor), at=at, kind=kind, rows=len(rows)
        )
        doing.record(
            "usage.detail.looked-at",
            request,
            how=str(kind),
            rows=len(rows),
            person=str(request.person_id),
            look=str(seen.id),
        )
    return Shown(request, rows, spans, _mark(seen, actor, at), seen)


def export_detail(
    *, request_id: UUID, kind: LookKind, actor: Actor, at: datetime
) -> tuple[str, bytes]:
    """The same as a file that says on every page, or row, who took it and when (G-9)."""
    if kind is LookKind.VIEW:
        raise InvalidInput("Take it as CSV or as PDF.", field="kind")
    shown = look(request_id=request_id, actor=actor, at=at, kind=kind)
    if kind is LookKind.CSV:
        return "text/csv", _as_csv(shown).encode()
    if len(shown.rows) > MOST_PRINTED:
        raise InvalidInput(f"More than {MOST_PRINTED:,} rows are not printed. Take the CSV.")
    return papers.PDF, _as_pdf(shown, at)


def _require_granted(request: DetailRequest, actor: Actor, at: datetime) -> None:
    require(actor, DETAIL_READ, person_id=request.person_id)
    if a_person(actor) != request.asked_by_id:
        raise Refused("Only whoever asked for it may look.")
    if actor.person_id == request.person_id:
        raise Refused("Nobody looks at their own by this way.")
    over = request.expires_at is None or request.expires_at <= at
    if request.state != DetailState.GRANTED or over:
        raise Refused("This request is not open to look at.")


def _instants(request: DetailRequest) -> tuple[datetime, datetime]:
    """From the first instant of the first day to the last of the last, in the city's zone."""
    zone = timezone.get_current_timezone()
    since = datetime.combine(request.since_on, time(), tzinfo=zone)
    return since, datetime.combine(request.until_on + timedelta(days=1), time(), tzinfo=zone)


def _read(spans: Sequence[Span]) -> list[Mapping[str, Any]]:
    if not spans:
        return []
    first = localdate(min(span.since for span in spans)) - MARGIN
    last = localdate(max(span.until for span in spans)) + MARGIN
    cycles = UsageCycle.objects.filter(
        disposed_at=None, cycle_until__gte=first, cycle_from__lte=last
    )
    found: list[Mapping[str, Any]] = []
    with reading.opened(reading.in_force(cycles)) as warehouse:
        for span in spans:
            asked = questions.history(span.number, span.since, span.until)
            found += warehouse.rows(asked.limit(MOST_ROWS + 1 - len(found)))
            if len(found) > MOST_ROWS:
                raise InvalidInput(f"More than {MOST_ROWS:,} rows. Ask for fewer days.")
    return sorted(found, key=lambda row: (row["at"], row["number"]))


def _mark(seen: DetailLook, actor: Actor, at: datetime) -> str:
    when = timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S")
    return f"Taken by {actor.label} on {when}, look {seen.id}. Confidential."


def _as_csv(shown: Shown) -> str:
    """Every row bears the mark, so that no part of the file is without it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*TITLES, "Mark"])
    for row in shown.rows:
        writer.writerow([*(safe(cell) for cell in cells_of(row)), shown.mark])
    if not shown.rows:
        writer.writerow([*([""] * len(TITLES)), shown.mark])
    return text.getvalue()


def cells_of(row: Mapping[str, Any]) -> list[str]:
    """A row in words, in the order of `TITLES`."""
    seconds = int(row["seconds"])
    return [
        timezone.localtime(row["at"]).strftime("%Y-%m-%d %H:%M:%S"),
        str(row["kind"]).capitalize(),
        str(row["number"]),
        str(row["other"]),
        str(row["direction"]),
        f"{seconds // 60}:{seconds % 60:02}" if row["kind"] == "voice" else "",
        str(row["messages"]) if row["kind"] == "message" else "",
        str(row["kilobytes"]) if row["kind"] == "data" else "",
        str(row["origin"]),
        str(row["destination"]),
        dollars(int(row["cents"])),
    ]


def _as_pdf(shown: Shown, at: datetime) -> bytes:
    request = shown.request
    facts = [
        ["About", request.person.name],
        ["Days", f"{request.since_on} to {request.until_on}"],
        ["Asked for by", request.asked_by.name],
        ["Kind of reason", request.get_category_display()],
        ["Rows", str(len(shown.rows))],
    ]
    data = {
        "mark": shown.mark,
        "facts": facts,
        "titles": list(TITLES),
        "rows": [cells_of(row) for row in shown.rows],
        "city": settings.CITY,
    }
    return papers.render("usage/papers/detail.typ", data, title="Usage detail", at=at)
