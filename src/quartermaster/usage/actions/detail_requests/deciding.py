"""ITMD decides: another person than who asked, and never about themselves."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said
from quartermaster.usage.actions.detail_requests.common import a_person, move, the_request
from quartermaster.usage.actions.detail_requests.telling import tell_asker, tell_person
from quartermaster.usage.detail_permits import DETAIL_ASK, DETAIL_DECIDE
from quartermaster.usage.models import DetailRequest
from quartermaster.usage.rules.detail_requests import DetailState, require_notice


def grant_detail(
    *, request_id: UUID, decision: str, quiet: bool = False, actor: Actor, at: datetime
) -> DetailRequest:
    """Open the detail to who asked, for some days; the person is told at once (G-9).

    ``quiet``: they are told on the day that another person of ITMD proposed, instead.
    """
    with act(actor, at) as doing:
        request, decider = _to_decide(request_id, actor)
        why = said(decision, "Say why it is granted", 500, field="decision")
        more = _notice(request, decider, quiet=quiet, at=at)
        days = settings.DETAIL_REQUEST_DAYS
        move(
            request,
            "grant",
            doing,
            decided_by_id=decider,
            decided_at=at,
            decision=why,
            expires_at=at + timedelta(days=days),
            **more,
        )
        doing.record("usage.detail-request.granted", request, days=days, quiet=quiet)
        tell_asker(request, "granted", doing)
        if not quiet:
            tell_person(request, doing)
    return request


def decline_detail(*, request_id: UUID, decision: str, actor: Actor, at: datetime) -> DetailRequest:
    """Decline a request, with the reason (G-9)."""
    with act(actor, at) as doing:
        request, decider = _to_decide(request_id, actor)
        why = said(decision, "Say why it is declined", 500, field="decision")
        move(request, "decline", doing, decided_by_id=decider, decided_at=at, decision=why)
        doing.record("usage.detail-request.declined", request)
        tell_asker(request, "declined", doing)
    return request


def keep_quiet(
    *, request_id: UUID, until: date, reason: str, actor: Actor, at: datetime
) -> DetailRequest:
    """Propose that the person is told on a later day, for an investigation (G-9).

    It counts only where another person of ITMD grants the request with it.
    """
    with act(actor, at) as doing:
        request, proposer = _to_decide(request_id, actor)
        if request.state != DetailState.ASKED:
            raise Conflict("This request is decided already.")
        require_notice(until, timezone.localdate(at), settings.DETAIL_NOTICE_DAYS)
        why = said(reason, "Say which investigation it would disturb")
        DetailRequest.objects.filter(id=request.id).update(
            quiet_until=until, quiet_reason=why, quiet_by_id=proposer
        )
        request.refresh_from_db()
        doing.record("usage.detail-request.quiet-proposed", request, until=until.isoformat())
    return request


def end_detail(*, request_id: UUID, actor: Actor, at: datetime) -> DetailRequest:
    """Close the detail before its time: who asked has seen enough, or ITMD has (G-9)."""
    with act(actor, at) as doing:
        request = the_request(request_id)
        if a_person(actor) == request.asked_by_id:
            require(actor, DETAIL_ASK, person_id=request.person_id)
        else:
            require(actor, DETAIL_DECIDE)
        move(request, "end", doing)
        doing.record("usage.detail-request.ended", request)
    return request


def _to_decide(request_id: UUID, actor: Actor) -> tuple[DetailRequest, UUID]:
    require(actor, DETAIL_DECIDE)
    person = a_person(actor)
    request = the_request(request_id)
    if person == request.asked_by_id:
        raise Refused("Another person than who asked decides.")
    if person == request.person_id:
        raise Refused("Nobody decides about their own usage detail.")
    return request, person


def _notice(
    request: DetailRequest, decider: UUID, *, quiet: bool, at: datetime
) -> dict[str, object]:
    """When the person is told: now, or on the day that two people agreed on."""
    if not quiet:
        forgotten = {"quiet_until": None, "quiet_reason": "", "quiet_by": None}
        return {**forgotten, "told_at": at}
    if request.quiet_until is None:
        raise Conflict("Nobody proposed that the person is told later.")
    if request.quiet_by_id == decider:
        raise Refused("Another person than who proposed it agrees to telling later.")
    zone = timezone.get_current_timezone()
    when = datetime.combine(request.quiet_until, datetime.min.time(), tzinfo=zone)
    return {"tell_at": max(when, at)}
