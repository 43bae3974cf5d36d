"""Asking for usage detail of a person one supervises, and thinking better of it."""

from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.utils.timezone import localdate

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import NotFound, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said
from quartermaster.org.models import Person
from quartermaster.usage.actions.detail_requests.common import a_person, move, the_request
from quartermaster.usage.actions.detail_requests.telling import tell_itmd
from quartermaster.usage.detail_permits import DETAIL_ASK
from quartermaster.usage.models import DetailRequest
from quartermaster.usage.rules.detail_requests import DetailReason, require_span

LONGEST_REASON = 1000


def ask_detail(
    *,
    person_id: UUID,
    since_on: date,
    until_on: date,
    category: DetailReason,
    reason: str,
    actor: Actor,
    at: datetime,
) -> DetailRequest:
    """Ask ITMD for the calls, messages and data of a person one supervises (G-9)."""
    with act(actor, at) as doing:
        require(actor, DETAIL_ASK, person_id=person_id)
        asker = a_person(actor)
        if asker == person_id:
            raise Refused("Nobody asks for their own; ITMD helps you with your own records.")
        require_span(since_on, until_on, localdate(at), settings.DETAIL_REQUEST_SPAN_DAYS)
        why = said(reason, "Say why it is needed", LONGEST_REASON)
        person = Person.objects.select_related("department").filter(id=person_id).first()
        if person is None:
            raise NotFound("There is no such person.")
        made = DetailRequest.objects.create(
            person=person,
            asked_by_id=asker,
            since_on=since_on,
            until_on=until_on,
            category=category,
            reason=why,
            asked_at=at,
        )
        span = [since_on.isoformat(), until_on.isoformat()]
        doing.record("usage.detail-request.asked", made, span=span, category=str(category))
        tell_itmd(made, doing)
    return made


def withdraw_detail(*, request_id: UUID, actor: Actor, at: datetime) -> DetailRequest:
    """Withdraw a request that was not decided yet (G-9)."""
    with act(actor, at) as doing:
        request = the_request(request_id)
        require(actor, DETAIL_ASK, person_id=request.person_id)
        if a_person(actor) != request.asked_by_id:
            raise Refused("Whoever asked withdraws it.")
        move(request, "withdraw", doing)
        doing.record("usage.detail-request.withdrawn", request)
    return request
