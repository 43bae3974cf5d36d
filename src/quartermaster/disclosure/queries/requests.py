"""Reads of requests: who sees which, and what they keep from being destroyed."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from quartermaster.disclosure.models import RecordsRequest, RequestItem
from quartermaster.disclosure.permits import REQUEST_VIEW
from quartermaster.disclosure.rules.requests import OPEN, RequestState
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.permits import Actor, reach
from quartermaster.kernel.worded import values
from quartermaster.records.models import Record

_SEARCHED = [RequestState.RECEIVED.value, RequestState.COLLECTING.value]


def requests_visible_to(actor: Actor) -> QuerySet[RecordsRequest]:
    """The requests that the actor may know of."""
    rows = RecordsRequest.objects.select_related("assigned_to", "received_by")
    return rows if reach(actor, REQUEST_VIEW).everything else rows.none()


def open_requests() -> QuerySet[RecordsRequest]:
    return RecordsRequest.objects.filter(state__in=values(OPEN))


def request_for_update(key: UUID) -> RecordsRequest:
    """One request, locked until the transaction ends."""
    found = RecordsRequest.objects.select_for_update(of=("self",)).filter(id=key).first()
    if found is None:
        raise NotFound("There is no such request.")
    if found.destroyed_at is not None:
        raise Conflict("The file of this request was destroyed by the retention schedule.")
    return found


def kept_by_requests(record_ids: Collection[UUID], at: datetime) -> dict[UUID, str]:
    """Which records an open request reaches, or one that was refused lately (19.35(5)).

    As long as it is searched for, a request reaches every record of its span: nobody knows yet
    which. After that it reaches what was found.
    """
    found: dict[UUID, str] = {}
    rows = RecordsRequest.objects.filter(Q(state__in=values(OPEN)) | Q(kept_until__gt=at))
    for request in rows.order_by("received_at"):
        held = RequestItem.objects.filter(request=request, item__record__in=record_ids).values_list(
            "item__record_id", flat=True
        )
        reached = set(held)
        if request.state in _SEARCHED:
            spanned = Record.objects.filter(id__in=record_ids, saved_at__lte=at)
            if request.since:
                spanned = spanned.filter(happened_on__gte=request.since)
            if request.until:
                spanned = spanned.filter(happened_on__lte=request.until)
            reached |= set(spanned.values_list("id", flat=True))
        sentence = f"It must stay for the open-records request {request.number}."
        found |= {key: sentence for key in reached if key is not None and key not in found}
    return found


def kept_days(first: date, last: date, at: datetime) -> str:
    """Why what is of these days must stay for a request (G-2, G-9); empty if for none.

    That is usage of lines, and what nobody looked at yet. As long as it is searched for a request
    reaches it; one that was refused, until its time is over. What was taken out is a record.
    """
    rows = RecordsRequest.objects.filter(
        Q(since=None) | Q(since__lte=last), Q(until=None) | Q(until__gte=first)
    )
    known = rows.filter(Q(state__in=_SEARCHED) | Q(kept_until__gt=at)).order_by("received_at")
    number = known.values_list("number", flat=True).first()
    return f"It must stay for the open-records request {number}." if number else ""
