"""The second person: agrees to exactly what was asked, with the password typed anew, or refuses."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import InvalidInput, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import holds, permits
from quartermaster.mdm.actions.destruction.common import (
    move,
    second_for,
    targets_of,
    the_request,
    waits,
    why_not_second,
    withdraw_pending,
)
from quartermaster.mdm.actions.destruction.telling import tell_holders, tell_staff
from quartermaster.mdm.errors import ApprovalTakesAPerson, NotReleased, OnHold
from quartermaster.mdm.leave import digest_now
from quartermaster.mdm.models import DestructiveApproval, DestructiveRequest, DestructiveTarget
from quartermaster.mdm.queries import in_lost_mode
from quartermaster.mdm.rules.destruction import REQUEST, SHORTEST_REASON, RequestState, purpose_of
from quartermaster.org.accounts import Proof, require_proof
from quartermaster.org.models import Person


def approve_destruction(
    *, request_id: UUID, proof: Proof | None, actor: Actor, at: datetime
) -> DestructiveRequest:
    """Agree, as the second person, to exactly what was asked; it then waits to be stopped (G-10).

    Raises:
        ApprovalTakesAPerson: the actor is no person.
        Refused: no permit, or the requester themselves, or not settled in the role.
        ProofNeeded: the password was not typed for this very request within five minutes.
        OnHold: a device must stay as it is since.
        NotReleased: the request is not as it was asked.
        Conflict: it is not waiting for a second person.
    """
    require(actor, permits.DESTRUCTION_OPEN)
    if actor.person_id is None:
        raise ApprovalTakesAPerson("A person approves this, on its page, with their password.")
    with act(actor, at) as doing:
        request = the_request(request_id, lock=True)
        require(actor, second_for(request))
        REQUEST.target("approve", RequestState(request.state))
        if request.requester_id == actor.person_id:
            raise Refused("Somebody other than who asked must approve it.")
        purpose = purpose_of(request.id, request.digest)
        given = require_proof(proof, actor=actor, purpose=purpose, at=at)
        if digest_now(request) != request.digest:
            raise NotReleased("The request is not as it was asked; stop it and ask anew.")
        problem = why_not_second(Person.objects.get(id=actor.person_id), at, second_for(request))
        if problem:
            raise Refused(problem)
        targets = targets_of(request)
        held = _holds_agreed(request, targets, at)
        lost = all(in_lost_mode(item.enrolment.device) for item in targets)
        wait = waits().of(count=len(targets), all_lost=lost)
        DestructiveApproval.objects.create(
            request=request,
            approver_id=actor.person_id,
            digest=request.digest,
            proved_at=given.at,
            approved_at=at,
            sealed_proof=given.sealed,
            holds=held,
        )
        move(request, "approve", due_at=at + wait)
        doing.record(
            "mdm.destruction.approved",
            request,
            digest=request.digest,
            due_at=(at + wait).isoformat(timespec="seconds"),
        )
        tell_staff(request, "approved", doing)
        tell_holders(request, doing)
    return request


def refuse_destruction(
    *, request_id: UUID, reason: str, actor: Actor, at: datetime
) -> DestructiveRequest:
    """Refuse, as the second person, what was asked; who asked is told why (G-10)."""
    require(actor, permits.DESTRUCTION_OPEN)
    why = reason.strip()
    if len(why) < SHORTEST_REASON:
        raise InvalidInput("Say why, so that who asked understands.", field="reason")
    with act(actor, at) as doing:
        request = the_request(request_id, lock=True)
        require(actor, second_for(request))
        if request.requester_id == actor.person_id:
            raise Refused("Stop your own request; refusing is the second person's.")
        move(request, "refuse", closed_at=at, due_at=None, note=f"{actor.label}: {why}"[:500])
        withdraw_pending(request, "The request was refused.", at)
        doing.record("mdm.destruction.refused", request, reason=why[:500])
        tell_staff(request, "refused", doing)
    return request


def _holds_agreed(
    request: DestructiveRequest, targets: Sequence[DestructiveTarget], at: datetime
) -> list[str]:
    """The holds that the records custodian passes over by agreeing; nobody else passes one."""
    found: set[str] = set()
    for target in targets:
        device = target.enrolment.device
        held = holds.holds_on(device, at)
        if held and not request.despite_hold:
            said = holds.hold_on(device, at)
            raise OnHold(f"{device.asset_tag}: {said} Lock it or switch lost mode on instead.")
        found |= set(held)
    return sorted(found)
