"""The file of a request under the retention schedule: from its closing, as records are.

What was asked, by whom, the letters, fees, appeals and what was given out are one file. It is due
some years after the request was closed, reviewed, approved by two, destroyed and certified.
"""

import hashlib
import json
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from quartermaster.disclosure.models import (
    Appeal,
    FeeEstimate,
    Package,
    RecordsRequest,
    RequestItem,
    SealedFile,
    Search,
    SubjectNotice,
)
from quartermaster.disclosure.rules.requests import OPEN
from quartermaster.disclosure.rules.subjects import NoticeState
from quartermaster.files.actions import destroy_file
from quartermaster.jobs.acts import Act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor
from quartermaster.kernel.worded import values
from quartermaster.notify.actions import forget_words
from quartermaster.records.actions.retention import follow, put_under
from quartermaster.records.destruction import FORGOTTEN, STUB, leave
from quartermaster.records.disposables import Disposable, Facts
from quartermaster.records.holds import RECORD_KEEP_SAID, live_keepers
from quartermaster.records.models import DisposalEntry
from quartermaster.records.retention import RECORD
from quartermaster.records.rules.retention import Trigger

KIND, SOURCE = "request", "request.file"
_UNSETTLED = frozenset({NoticeState.OBJECTED, NoticeState.SUED})


def put_request(request: RecordsRequest, doing: Act) -> None:
    """Put the file of a request under retention, in the act that takes it in (G-5, C-2)."""
    put_under(
        kind=KIND,
        subject_id=request.id,
        label=request.number,
        source=SOURCE,
        made_on=localdate(request.received_at),
        doing=doing,
    )


def follow_closing(*, request_id: UUID, actor: Actor, at: datetime) -> int:
    """Have the periods run that wait for the closing of a request, or wait again (G-5, C-2).

    As the request is now: heard late or twice, it comes to the same.
    """
    request = RecordsRequest.objects.filter(id=request_id).first()
    if request is None:
        return 0
    closed = localdate(request.closed_at) if request.closed_at else None
    releases = request.packages.exclude(record=None).values_list("record_id", flat=True)
    things = ((KIND, [request.id]), (RECORD, list(releases)))
    return sum(
        follow(
            trigger=Trigger.CLOSED,
            happened_on=closed,
            kind=kind,
            subject_ids=keys,
            actor=actor,
            at=at,
        )
        for kind, keys in things
    )


def kept(request_ids: Collection[UUID], at: datetime) -> dict[UUID, str]:
    """Which files of requests must stay now, each with its reason (G-5, G-2)."""
    rows = RecordsRequest.objects.filter(id__in=request_ids)
    held = live_keepers().values("person_id")
    reasons: tuple[tuple[Q, str], ...] = (
        (Q(state__in=values(OPEN)), "The request is not answered."),
        (Q(appeals__isnull=False, appeals__decided_at=None), "A review is asked for."),
        (Q(items__notices__state__in=values(_UNSETTLED)), "Somebody objects to the release."),
        (Q(packages__published_at__isnull=False), "A release is in the reading room."),
        (Q(packages__expires_at__gt=at), "What was released can still be fetched."),
        (Q(kept_until__gt=at), "It was denied lately."),
        (Q(assigned_to__in=held) | Q(searches__person__in=held), RECORD_KEEP_SAID),
    )
    found: dict[UUID, str] = {}
    for reason, sentence in reasons:
        for key in rows.filter(reason).values_list("id", flat=True):
            found.setdefault(key, sentence)
    return found


def facts_of(request_id: UUID) -> Facts:
    """The number of a request, and the digests of its letters and of what was given out."""
    request = RecordsRequest.objects.get(id=request_id)
    files = tuple(_given(request).order_by("made_at", "id").values_list("digest", flat=True))
    said = json.dumps({"request": request.number, "files": files}, sort_keys=True)
    return Facts(request.number, hashlib.sha256(said.encode()).hexdigest(), files)


def destroy_request(request_id: UUID, entry: DisposalEntry, doing: Act) -> None:
    """Destroy the file of a request for an entry that two people approved (G-5, C-2)."""
    request = RecordsRequest.objects.select_for_update(of=("self",)).get(id=request_id)
    if request.destroyed_at is not None:
        raise Conflict(f"The file of {request.number} was destroyed before.")
    items = RequestItem.objects.filter(request=request)
    with leave(entry):
        for file in (_given(request) | _copies(request)).filter(destroyed_at=None):
            SealedFile.objects.filter(id=file.id).update(
                sealed_key=b"", name=STUB, destroyed_at=doing.at
            )
            destroy_file(file=file.file, actor=doing.actor, at=doing.at)
        Package.objects.filter(request=request, destroyed_at=None).update(
            index=[], destroyed_at=doing.at
        )
        items.exclude(note="").update(note="")
        _empty(request)
        RecordsRequest.objects.filter(id=request.id, destroyed_at=None).update(
            wanted=STUB,
            requester_name="",
            requester_email="",
            requester_contact="",
            outcome_words="",
            destroyed_at=doing.at,
        )
    for thing in (request, *request.searches.all(), *_notices(request)):
        forget_words(
            about=thing,
            said=FORGOTTEN,
            outsider=request.requester_email,
            actor=doing.actor,
            at=doing.at,
        )
    doing.record(
        "disclosure.request.destroyed",
        request,
        number=request.number,
        destruction=entry.number,
        digest=entry.digest,
    )


def _given(request: RecordsRequest) -> QuerySet[SealedFile]:
    """Its letters, and the files of its packages."""
    return SealedFile.objects.filter(
        Q(id__in=request.letters.values("file_id"))
        | Q(id__in=Package.objects.filter(request=request).values("files__file_id"))
    )


def _copies(request: RecordsRequest) -> QuerySet[SealedFile]:
    return SealedFile.objects.filter(Q(copy_of__request=request) | Q(words_of__request=request))


def _notices(request: RecordsRequest) -> QuerySet[SubjectNotice]:
    return SubjectNotice.objects.filter(item__request=request)


def _empty(request: RecordsRequest) -> None:
    """Take the words out of what goes with a request; that it was, and when, stays."""
    Search.objects.filter(request=request).update(what=STUB)
    Search.objects.filter(request=request).exclude(note="").update(note=STUB)
    _notices(request).exclude(statement="").update(statement=STUB)
    _notices(request).exclude(settled_as="").update(settled_as=STUB)
    Appeal.objects.filter(request=request).update(text=STUB)
    Appeal.objects.filter(request=request).exclude(words="").update(words=STUB)
    FeeEstimate.objects.filter(request=request).update(lines=[])
    FeeEstimate.objects.filter(request=request).exclude(reason="").update(reason=STUB)


FILES = Disposable(
    kind=KIND,
    title="Files of open-records requests",
    kept=kept,
    facts=facts_of,
    end=destroy_request,
    sources=((SOURCE, "Files of open-records requests"),),
    address="disclosure:request",
)
