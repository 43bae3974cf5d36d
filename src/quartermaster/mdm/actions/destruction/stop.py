"""Stopping: one request, or everything that is not done yet, at once."""

from datetime import datetime
from uuid import UUID

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import permits, stops
from quartermaster.mdm.actions.destruction.common import (
    move,
    move_target,
    the_request,
    withdraw_pending,
)
from quartermaster.mdm.actions.destruction.telling import tell_staff
from quartermaster.mdm.models import Command, DestructiveRequest
from quartermaster.mdm.rules.destruction import PENDING, TargetState
from quartermaster.mdm.states import COMMAND, OPEN_COMMANDS

SHORTEST_REASON = 3


def stop_destruction(
    *, request_id: UUID, reason: str, actor: Actor, at: datetime
) -> DestructiveRequest:
    """Stop a request; what no device has answered is withdrawn from the queue (G-10)."""
    require(actor, permits.DESTRUCTION_STOP)
    why = _reason(reason)
    with act(actor, at) as doing:
        request = the_request(request_id, lock=True)
        if request.state not in PENDING:
            move(request, "stop")  # says why it cannot be
        if not _stop(request, why, doing):
            raise Conflict("Every device of it has answered; there is nothing left to stop.")
    return request


def stop_everything(*, reason: str, actor: Actor, at: datetime) -> list[DestructiveRequest]:
    """Stop all that destroys and is not done, in one act; ITMD and the auditors are told (G-10).

    Rooms above that act by themselves stand still with it.
    """
    require(actor, permits.DESTRUCTION_STOP)
    why = _reason(reason)
    with act(actor, at) as doing:
        rows = DestructiveRequest.objects.select_for_update().filter(state__in=sorted(PENDING))
        stopped = [item for item in rows.order_by("id") if _stop(item, why, doing)]
        stops.tell(why, doing)
        doing.record_about(
            "mdm.destruction.everything-stopped",
            "mdm.destructiverequest",
            "",
            requests=[str(item.id) for item in stopped],
            reason=why,
        )
    return stopped


def _stop(request: DestructiveRequest, why: str, doing: Act) -> bool:
    """Stop one request; False where every device of it has answered already."""
    withdrawn = withdraw_pending(request, "Stopped before it was sent.", doing.at)
    late = 0
    for command in Command.objects.filter(
        target__request=request, target__state=TargetState.RELEASED, state__in=OPEN_COMMANDS
    ).select_related("target"):
        sent = command.sent_at is not None
        step = COMMAND.transitions["cancel"]
        Command.objects.filter(id=command.id, state__in=step.sources).update(
            state=step.target, error=f"Stopped by {doing.actor.label}."[:500]
        )
        assert command.target is not None
        if sent:
            late += 1
            said = "Stopped, but the device was given it before and has not answered."
            move_target(command.target, "give up", settled_at=doing.at, outcome=said)
        else:
            withdrawn += 1
            said = "Stopped before the device took it."
            move_target(command.target, "withdraw", settled_at=doing.at, outcome=said)
    if request.kind != "raise" and not withdrawn and not late:
        return False
    note = f"Stopped by {doing.actor.label}: {why}"
    if late:
        note = f"{note}. {late} had been given it before."
    move(request, "stop", closed_at=doing.at, due_at=None, note=note[:500])
    doing.record("mdm.destruction.stopped", request, reason=why, withdrawn=withdrawn, late=late)
    tell_staff(request, "stopped", doing)
    return True


def _reason(reason: str) -> str:
    why = reason.strip()[:400]
    if len(why) < SHORTEST_REASON:
        raise InvalidInput("Say why in a word or two.", field="reason")
    return why
