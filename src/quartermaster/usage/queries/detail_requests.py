"""Reads of requests for usage detail: that there are some. The detail itself is not among them."""

from uuid import UUID

from django.db.models import Q, QuerySet

from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Actor, reach
from quartermaster.usage.detail_permits import (
    DETAIL_DECIDE,
    DETAIL_REQUESTS_VIEW,
    DETAIL_TOLD,
)
from quartermaster.usage.models import DetailRequest
from quartermaster.usage.rules.detail_requests import DetailState


def detail_requests_visible_to(actor: Actor) -> QuerySet[DetailRequest]:
    """ITMD and auditors see them all but those about themselves; who asked sees their own."""
    rows = DetailRequest.objects.select_related(
        "person__department", "asked_by", "decided_by", "quiet_by"
    )
    extent = reach(actor, DETAIL_REQUESTS_VIEW)
    mine = Q(asked_by_id=actor.person_id) if actor.person_id else Q(pk=None)
    if extent.everything:
        return rows.exclude(person_id=actor.person_id) if actor.person_id else rows
    return rows.filter(mine, person_id__in=extent.people)


def detail_request_seen_by(actor: Actor, request_id: UUID) -> DetailRequest:
    """One request, or `NotFound` where the actor may not know of it."""
    found = detail_requests_visible_to(actor).filter(id=request_id).first()
    if found is None:
        raise NotFound("There is no such request, or you may not see it.")
    return found


def told_to(actor: Actor) -> QuerySet[DetailRequest]:
    """What was asked about the reader themselves, once they were told (G-9)."""
    people = reach(actor, DETAIL_TOLD).people
    rows = DetailRequest.objects.select_related("asked_by").prefetch_related("looks__by")
    return rows.filter(person_id__in=people, told_at__isnull=False)


def to_decide(actor: Actor) -> QuerySet[DetailRequest]:
    """The requests that the actor may decide on."""
    rows = detail_requests_visible_to(actor).filter(state=DetailState.ASKED)
    if not reach(actor, DETAIL_DECIDE).everything:
        return rows.none()
    return rows.exclude(asked_by_id=actor.person_id).order_by("asked_at")
