"""What the verbs on destructive requests share: moving one, and who may stand for it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.permits import Permit, reach
from quartermaster.mdm import permits
from quartermaster.mdm.models import DestructiveApproval, DestructiveRequest, DestructiveTarget
from quartermaster.mdm.rules.destruction import (
    REQUEST,
    TARGET,
    Limits,
    RequestState,
    TargetState,
    Waits,
)
from quartermaster.org.accounts import why_unsettled
from quartermaster.org.models import Person, User
from quartermaster.org.queries import actor_for


def the_request(request_id: UUID, *, lock: bool = False) -> DestructiveRequest:
    """One request, for a verb on it."""
    rows = DestructiveRequest.objects.select_related("requester")
    locked = rows.select_for_update(of=("self",)) if lock else rows
    found = locked.filter(id=request_id).first()
    if found is None:
        raise NotFound("There is no such request.")
    return found


def targets_of(request: DestructiveRequest) -> Sequence[DestructiveTarget]:
    """The devices of a request, with what pages and mails say of them."""
    rows = request.targets.select_related(
        "enrolment__device__holder__supervisor", "enrolment__device__department"
    )
    return list(rows.order_by("id"))


def move(request: DestructiveRequest, verb: str, **more: object) -> None:
    """Change the state of a request, conditionally; `Conflict` where somebody was quicker."""
    step = REQUEST.transitions[verb]
    rows = DestructiveRequest.objects.filter(id=request.id, state__in=sorted(step.sources))
    if rows.update(state=step.target, **more) != 1:
        request.refresh_from_db()
        REQUEST.target(verb, RequestState(request.state))
        raise Conflict("The request changed at the same time; look at it again.")
    request.refresh_from_db()


def move_target(target: DestructiveTarget, verb: str, **more: object) -> bool:
    """Change the state of a device's row; whether it was in a state to change."""
    step = TARGET.transitions[verb]
    rows = DestructiveTarget.objects.filter(id=target.id, state__in=sorted(step.sources))
    if rows.update(state=step.target, **more) != 1:
        return False
    target.refresh_from_db()
    return True


def withdraw_pending(request: DestructiveRequest, why: str, at: datetime) -> int:
    """Let go of the devices that nothing was sent to."""
    rows = DestructiveTarget.objects.filter(request=request, state=TargetState.PENDING)
    return rows.update(state=TargetState.WITHDRAWN, settled_at=at, outcome=why[:300])


def why_not_stand(request: DestructiveRequest, approval: DestructiveApproval, at: datetime) -> str:
    """Why the two people do not stand for it any longer, as a sentence; empty while they do."""
    asker = actor_for(request.requester, at)
    if reach(asker, permits.DESTRUCTION_REQUEST).nothing:
        return f"{request.requester} may not ask for this any longer."
    if not User.objects.filter(person_id=request.requester_id, is_active=True).exists():
        return f"The log-in of {request.requester} is closed."
    return why_not_second(approval.approver, at, second_for(request))


def second_for(request: DestructiveRequest) -> Permit:
    """The permit that the second person needs: in spite of a hold, the records custodian's."""
    held = request.despite_hold
    return permits.DESTRUCTION_APPROVE_HELD if held else permits.DESTRUCTION_APPROVE


def why_not_second(person: Person, at: datetime, asked: Permit) -> str:
    """Why a person cannot be the second of two now, as a sentence; empty if they can."""
    since = at - timedelta(hours=settings.ERASE_SETTLED_HOURS)
    problem = why_unsettled(person.id, sorted(asked.given), since, at)
    return f"{person} cannot approve this: {problem}" if problem else ""


def waits() -> Waits:
    """How long approved requests wait, as this installation has it."""
    return Waits(
        plain=timedelta(minutes=settings.ERASE_WAIT_MINUTES),
        lost=timedelta(minutes=settings.ERASE_WAIT_MINUTES_LOST),
        many=timedelta(minutes=settings.ERASE_WAIT_MINUTES_MANY),
    )


def limits() -> Limits:
    """How much may be destroyed, as this installation has it."""
    return Limits(
        requester=settings.ERASE_LIMIT_REQUESTER,
        approver=settings.ERASE_LIMIT_APPROVER,
        fleet=settings.ERASE_LIMIT_FLEET,
        percent=settings.ERASE_LIMIT_PERCENT,
    )
