"""Reads of what goes with an answer: letters, fees, notices to record subjects, appeals."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from quartermaster.disclosure.models import (
    Appeal,
    FeeEstimate,
    Letter,
    RecordsRequest,
    SubjectNotice,
)
from quartermaster.disclosure.permits import NOTICE_ANSWER, REQUEST_VIEW, REQUEST_WORK
from quartermaster.disclosure.rules.subjects import NoticeState, bars
from quartermaster.kernel.permits import Actor, reach


def letters_visible_to(actor: Actor) -> QuerySet[Letter]:
    """Letters to requesters, for whoever works on requests."""
    rows = Letter.objects.select_related("request", "file__file")
    return rows if reach(actor, REQUEST_WORK).everything else rows.none()


def letters_to(request: RecordsRequest) -> QuerySet[Letter]:
    """The letters of one request, for who has its code."""
    return Letter.objects.filter(request=request).select_related("file__file")


def letter_to(request: RecordsRequest, key: UUID) -> Letter | None:
    return letters_to(request).filter(id=key).first()


def fees_visible_to(actor: Actor) -> QuerySet[FeeEstimate]:
    rows = FeeEstimate.objects.select_related("request", "letter")
    return rows if reach(actor, REQUEST_WORK).everything else rows.none()


def notices_visible_to(actor: Actor) -> QuerySet[SubjectNotice]:
    """Who was told that a record about them is to be given out."""
    rows = SubjectNotice.objects.select_related("item__request", "item__item__record", "person")
    return rows if reach(actor, REQUEST_WORK).everything else rows.none()


def notices_to(actor: Actor) -> QuerySet[SubjectNotice]:
    """The notices to the actor themselves."""
    own = reach(actor, NOTICE_ANSWER).people
    rows = SubjectNotice.objects.select_related(
        "item__request", "item__item__record", "item__copy__file", "person"
    )
    return rows.filter(person_id__in=own).order_by("-served_at")


def bars_release(notice: SubjectNotice, at: datetime) -> bool:
    """Whether nothing may be given out because of this notice."""
    return bars(NoticeState(notice.state), notice.object_by, notice.sue_by, at)


def appeals_visible_to(actor: Actor) -> QuerySet[Appeal]:
    """The log of appeals, also for auditors."""
    rows = Appeal.objects.select_related("request", "decided_by")
    return rows if reach(actor, REQUEST_VIEW).everything else rows.none()
