"""Files of requests that the schedule missed: taken in before it kept any, or before it named them.

Bounded, and it comes to the same however often it is done: what is right is not looked at again.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from quartermaster.disclosure.filing import KIND, SOURCE, follow_closing, put_request
from quartermaster.disclosure.models import Package, RecordsRequest
from quartermaster.disclosure.permits import REQUEST_KEEP
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require
from quartermaster.records.actions.retention import keep_as, schedule_now
from quartermaster.records.models import Retained
from quartermaster.records.retention import RECORD, in_force, terms_now
from quartermaster.records.rules.retention import ANYTHING, SetBy, Standing, series_for

MOST = 100


def keep_earlier_requests(*, actor: Actor, at: datetime, limit: int = MOST) -> int:
    """Put files of requests into their series that are in none, or in that for the rest (G-5, C-2).

    Those are requests of before there was a series for them. What was released goes with each;
    of a request that is closed the period runs from that day.
    """
    require(actor, REQUEST_KEEP)
    if in_force() is None and not _in_none().exists():
        return 0  # the schedule is not shipped where nothing is to be kept
    with act(actor, at) as doing:
        schedule_now(at=at)  # ships one where there is none, before any row is locked
        missed = _locked(_in_none(), limit)
        for request in missed:
            put_request(request, doing)
        strayed = _locked(_in_the_rest(), limit - len(missed))
        for request in strayed:
            keep_as(kind=KIND, subject_id=request.id, source=SOURCE, doing=doing)
        for request in (*missed, *strayed):
            _keep_releases(request, doing)
            if request.closed_at is not None:
                follow_closing(request_id=request.id, actor=actor, at=at)
        if missed or strayed:
            doing.record_about(
                "disclosure.requests.under-retention",
                "disclosure.recordsrequest",
                "",
                begun=len(missed),
                moved=len(strayed),
            )
    return len(missed) + len(strayed)


def _locked(rows: QuerySet[RecordsRequest], limit: int) -> list[RecordsRequest]:
    """Locked, so that who closes one meanwhile is heard after this, and finds what it follows."""
    free = rows.filter(destroyed_at=None).select_for_update(skip_locked=True, of=("self",))
    return list(free.order_by("received_at", "id")[:limit])


def _in_none() -> QuerySet[RecordsRequest]:
    """In no series, where all that was released of it is in one: its record may be earlier, too."""
    known = Retained.objects.filter(kind=KIND, subject_id=OuterRef("id"))
    record = Retained.objects.filter(kind=RECORD, subject_id=OuterRef("record"))
    released = Package.objects.filter(
        ~Exists(record), request=OuterRef("id"), record__isnull=False, record__destroyed_at=None
    )
    return RecordsRequest.objects.filter(~Exists(known), ~Exists(released))


def _in_the_rest() -> QuerySet[RecordsRequest]:
    """Nobody chose the series: it took what falls into no other, and now there is another."""
    terms = terms_now().values()
    own, rest = series_for(SOURCE, terms), series_for(ANYTHING, terms)
    rows = Retained.objects.filter(
        kind=KIND,
        subject_id=OuterRef("id"),
        series=rest,
        set_by=SetBy.RULE,
        standing=Standing.KEPT,
    )
    requests = RecordsRequest.objects.all()
    return requests.filter(Exists(rows)) if own != rest else requests.none()


def _keep_releases(request: RecordsRequest, doing: Act) -> None:
    """What was released is kept in the series of its request, unless people chose another."""
    records = request.packages.exclude(record=None).values("record_id")
    rows = Retained.objects.filter(
        kind=RECORD, subject_id__in=records, set_by=SetBy.RULE, standing=Standing.KEPT
    )
    for key in rows.order_by("id").values_list("subject_id", flat=True):
        keep_as(kind=RECORD, subject_id=key, source=SOURCE, doing=doing)
