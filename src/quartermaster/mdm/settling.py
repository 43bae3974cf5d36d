"""What became of each device that a command which destroys was sent to: proven, or honestly not.

An acknowledgement is proof; silence is none. A device that acknowledged and then speaks again by
the same identity was not erased, whatever it said.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q

from quartermaster.inventory.models import Device
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import system
from quartermaster.mdm import holds, leave
from quartermaster.mdm.actions.checkin import close_enrolment
from quartermaster.mdm.actions.destruction.common import move, move_target
from quartermaster.mdm.actions.destruction.telling import tell_staff
from quartermaster.mdm.events import DestructionSettled
from quartermaster.mdm.models import Command, DestructiveRequest, DestructiveTarget, Enrolment
from quartermaster.mdm.rules.destruction import (
    DAY,
    REMIND_EVERY,
    Kind,
    RequestState,
    TargetState,
    outcome_of,
)
from quartermaster.mdm.states import COMMAND, OPEN_COMMANDS, CommandState, EnrolmentState

HOUSE = system("destructive requests")
LAST_WORDS = timedelta(minutes=5)  # after its answer a device may still end its session
QUIET = timedelta(hours=1)  # then nothing is expected of that enrolment any longer
BATCH = 200


def settle(at: datetime) -> int:
    """Note what became of the devices whose command was answered or is over; how many (G-10)."""
    over = sorted(set(CommandState) - OPEN_COMMANDS)
    rows = DestructiveTarget.objects.filter(state=TargetState.RELEASED, command__state__in=over)
    keys = list(rows.order_by("id").values_list("id", "request_id")[:BATCH])
    for key, request_id in keys:
        with act(HOUSE, at) as doing:
            request = DestructiveRequest.objects.select_for_update().get(id=request_id)
            target = _target(key)
            if target is not None and target.state == TargetState.RELEASED:
                _settle_one(request, target, doing)
                _close(request, doing)
    return len(keys)


def _target(key: UUID) -> DestructiveTarget | None:
    return (
        DestructiveTarget.objects.select_related("command", "enrolment__device")
        .filter(id=key)
        .first()
    )


def _settle_one(request: DestructiveRequest, target: DestructiveTarget, doing: Act) -> None:
    verb, said = _verdict(request, target)
    move_target(target, verb, settled_at=doing.at, outcome=said[:300], remind_at=None)
    device = target.enrolment.device
    doing.record(
        f"mdm.destruction.device-{target.state}", request, device=device.asset_tag, said=said
    )
    doing.emit(
        DestructionSettled(
            request_id=request.id,
            device_id=device.id,
            kind=request.kind,
            confirmed=target.state == TargetState.CONFIRMED,
        )
    )


def _verdict(request: DestructiveRequest, target: DestructiveTarget) -> tuple[str, str]:
    command = target.command
    if command.state == CommandState.ACKNOWLEDGED:
        return "confirm", "The device acknowledged it."
    if command.state == CommandState.FAILED:
        return "give up", f"The device answered: {command.error or 'no'}"
    if command.sent_at is None:
        return "withdraw", f"The device never took it. {command.error}".strip()
    ended = target.enrolment.end_reason if target.enrolment.ended_at else ""
    if request.kind == Kind.REMOVAL and ended.startswith("the management profile was removed"):
        return "confirm", "The device said that its management was removed."
    if ended:
        return "give up", f"It was given to the device, which did not answer: {ended}."
    seen = target.enrolment.last_seen_at
    since = f" Offline since {seen:%Y-%m-%d %H:%M} UTC." if seen else ""
    return "give up", f"It was given to the device, which did not answer.{since}"


def _close(request: DestructiveRequest, doing: Act) -> None:
    """Close a request once every device of it has come to something."""
    if request.state != RequestState.RELEASED:
        return
    states = DestructiveTarget.objects.filter(request=request).values_list("state", flat=True)
    verb = outcome_of([TargetState(state) for state in states])
    if verb is None:
        return
    move(request, verb, closed_at=doing.at)
    doing.record(f"mdm.destruction.{request.state}", request)
    tell_staff(request, request.state, doing)


def look_after(at: datetime) -> int:
    """Doubt devices that speak again, end enrolments that are gone, remind of the rest (G-10)."""
    return _doubt(at) + _let_go(at) + _remind(at)


def _confirmed(at: datetime) -> Iterable[DestructiveTarget]:
    return DestructiveTarget.objects.filter(
        state=TargetState.CONFIRMED,
        settled_at__gt=at - 2 * DAY,
        enrolment__state=EnrolmentState.ENROLLED,
    ).select_related("request", "enrolment__device", "command")


def _doubt(at: datetime) -> int:
    rows = DestructiveTarget.objects.filter(
        Q(enrolment__last_seen_at__gt=F("command__answered_at") + LAST_WORDS),
        state=TargetState.CONFIRMED,
        settled_at__gt=at - 2 * DAY,
    ).select_related("request", "enrolment__device")
    for target in rows:
        with act(HOUSE, at) as doing:
            said = "The device acknowledged it, and spoke again afterwards: it was not done."
            if not move_target(target, "doubt", outcome=said, settled_at=at):
                continue
            request = DestructiveRequest.objects.select_for_update().get(id=target.request_id)
            device = target.enrolment.device
            doing.record("mdm.destruction.doubted", request, device=device.asset_tag)
            if request.state == RequestState.CONFIRMED:
                move(request, "doubt", note=f"{device.asset_tag} spoke again.")
                tell_staff(request, "unconfirmed", doing)
    return len(rows)


def _let_go(at: datetime) -> int:
    """End the enrolment of what is erased, so that its identity is refused from then on."""
    gone = [item for item in _confirmed(at) if _is_quiet(item, at)]
    for target in gone:
        words = {Kind.WIPE: "the device was erased", Kind.REMOVAL: "its management was removed"}
        reason = words[Kind(target.request.kind)]
        with act(HOUSE, at) as doing:
            close_enrolment(target.enrolment, reason, doing)
    return len(gone)


def _is_quiet(target: DestructiveTarget, at: datetime) -> bool:
    answered = target.command.answered_at
    return answered is not None and answered + QUIET <= at


def _remind(at: datetime) -> int:
    rows = DestructiveTarget.objects.filter(state=TargetState.RELEASED, remind_at__lte=at)
    keys = sorted(set(rows.values_list("request_id", flat=True)[:BATCH]))
    for key in keys:
        with act(HOUSE, at) as doing:
            request = DestructiveRequest.objects.select_for_update().get(id=key)
            due = DestructiveTarget.objects.filter(
                request=request, state=TargetState.RELEASED, remind_at__lte=at
            )
            if due.update(remind_at=at + REMIND_EVERY) and request.released_at:
                days = (at - request.released_at) // DAY
                tell_staff(request, "reminder", doing, times=days)
    return len(keys)


def may_go(command_id: UUID, at: datetime) -> bool:
    """Whether a command that destroys may be handed to its device this very moment (G-10).

    Asked by a driver's door before the last byte leaves. What may not is withdrawn, and told.
    """
    command = (
        Command.objects.select_related("target__request", "enrolment__device")
        .filter(id=command_id)
        .first()
    )
    if command is None:
        return False
    why = _why_withheld(command, at)
    if not why:
        return True
    with act(HOUSE, at) as doing:
        step = COMMAND.transitions["cancel"]
        Command.objects.filter(id=command.id, state__in=step.sources).update(
            state=step.target, error=f"Withheld: {why}"[:500], sent_at=None
        )
        device = command.enrolment.device
        doing.record("mdm.command.withheld", command, device=device.asset_tag, reason=why)
        if command.target is not None:
            tell_staff(command.target.request, "withheld", doing)
    return False


def _why_withheld(command: Command, at: datetime) -> str:
    target = command.target
    if target is None or target.enrolment_id != command.enrolment_id:
        return "No two people asked for it."
    if target.state != TargetState.RELEASED or leave.agreed(target.request) is None:
        return "Two people do not stand for it as it is."
    device: Device = Enrolment.objects.select_related("device").get(id=command.enrolment_id).device
    return holds.hold_on(device, at, but=target.request.approval.holds)
