"""What the verbs on losses share: the locked case, its next state, the steps that people owe."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from quartermaster.inventory.models import Line
from quartermaster.jobs.acts import Act
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.permits import Actor, Permit, require, system
from quartermaster.lifecycle.loss_events import LossEnded
from quartermaster.lifecycle.models import Loss, LossStep
from quartermaster.lifecycle.rules.losses import (
    DAMAGE,
    LIVE_LOSSES,
    LOSS,
    LossKind,
    LossState,
    StepKind,
    StepState,
)

HOUSE = system("losses")


def the_loss(loss_id: UUID) -> Loss:
    """The case to change, locked until the transaction ends."""
    rows = Loss.objects.select_for_update(of=("self",)).select_related(
        "device__model", "device__department", "held_by", "department", "erasure", "erase_asker"
    )
    found = rows.filter(id=loss_id).first()
    if found is None:
        raise NotFound("There is no such case.")
    return found


def require_on(actor: Actor, permit: Permit, loss: Loss) -> None:
    require(actor, permit, person_id=loss.held_by_id, department_id=loss.department_id)


def move(loss: Loss, verb: str, doing: Act, **more: Any) -> None:
    """Take one step of the case; `Conflict` where it does not lead on from where it stands."""
    machine = DAMAGE if loss.kind == LossKind.DAMAGED else LOSS
    was = LossState(loss.state)
    if verb not in machine.transitions:
        raise Conflict(f"“{verb}” is not for what is {loss.get_kind_display().lower()}.")
    target = machine.target(verb, was)
    if target not in LIVE_LOSSES:
        more = {"closed_at": doing.at, "erase_at": None, "erase_asker": None, **more}
    if Loss.objects.filter(id=loss.id, state=was).update(state=target, **more) != 1:
        raise Conflict("The case was changed by someone else in the meantime. Look at it again.")
    loss.state = target
    for name, value in more.items():
        setattr(loss, name, value)
    if target not in LIVE_LOSSES:
        call_off_steps(loss, doing, keep=_outlives(target))
        doing.emit(LossEnded(loss_id=loss.id, device_id=loss.device_id, state=target.value))


def _outlives(state: LossState) -> tuple[StepKind, ...]:
    """What is still owed after the end: whose loss it was, and what takes the device's place."""
    if state in {LossState.WRITTEN_OFF, LossState.BEYOND_REPAIR}:
        return (StepKind.SIDE, StepKind.DECIDE, StepKind.REPLACE)
    return (StepKind.SIDE, StepKind.DECIDE) if state is LossState.REPAIRED else ()


def change(loss: Loss, **values: Any) -> None:
    """Write some fields of a case that the caller holds."""
    Loss.objects.filter(id=loss.id).update(**values)
    for name, value in values.items():
        setattr(loss, name, value)


def hours(name: str) -> timedelta:
    return timedelta(hours=settings.LOSS_HOURS[name])


def open_step(loss: Loss, kind: StepKind, doing: Act, line: Line | None = None) -> LossStep:
    """Ask something of somebody, with its due date; once while it is open."""
    due = doing.at + hours(kind.value)
    step, _ = LossStep.objects.get_or_create(
        loss=loss,
        kind=kind,
        line=line,
        state=StepState.OPEN,
        defaults={"opened_at": doing.at, "due_at": due, "remind_at": due},
    )
    return step


def end_step(
    loss: Loss,
    kind: StepKind,
    doing: Act,
    outcome: str = "",
    *,
    line: Line | None = None,
    state: StepState = StepState.DONE,
) -> bool:
    """Note that what was owed is done, or not needed; whether it was open."""
    rows = LossStep.objects.filter(loss=loss, kind=kind, state=StepState.OPEN)
    if line is not None:
        rows = rows.filter(line=line)
    return bool(
        rows.update(
            state=state,
            done_at=doing.at,
            done_by=doing.actor.label[:200],
            outcome=outcome[:300],
            remind_at=None,
        )
    )


def call_off_steps(loss: Loss, doing: Act, keep: tuple[StepKind, ...] = ()) -> None:
    rows = LossStep.objects.filter(loss=loss, state=StepState.OPEN).exclude(kind__in=keep)
    rows.update(
        state=StepState.CALLED_OFF,
        done_at=doing.at,
        done_by=doing.actor.label[:200],
        remind_at=None,
    )


def require_live(loss: Loss) -> None:
    if not loss.live:
        raise Conflict("This case is closed.")


def require_missing(loss: Loss) -> None:
    if not loss.missing:
        raise Conflict("The device is not missing any longer, so this is not possible.")
