"""What is damaged: looked at, repaired and back to its holder or into stock, or given up (G-11)."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from quartermaster.inventory import actions as inventory
from quartermaster.inventory.models import DeviceStatus
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.permits import Actor
from quartermaster.kernel.words import said
from quartermaster.lifecycle.actions.losses.common import (
    HOUSE,
    end_step,
    move,
    open_step,
    require_on,
    the_loss,
)
from quartermaster.lifecycle.actions.losses.found import Whither
from quartermaster.lifecycle.actions.losses.telling import tell_holder
from quartermaster.lifecycle.actions.returns import open_return
from quartermaster.lifecycle.loss_permits import LOSS_HANDLE
from quartermaster.lifecycle.models import Loss, LossStep
from quartermaster.lifecycle.queries.returns import expected_back
from quartermaster.lifecycle.rules.losses import StepKind
from quartermaster.lifecycle.rules.returns import ReturnReason

MOST_CENTS = 10_000_00
LONGEST_REPAIR = timedelta(days=180)


def send_to_repair(
    *, loss: Loss, vendor: str, cost_cents: int, due_on: date, actor: Actor, at: datetime
) -> Loss:
    """Send a damaged device to repair, with its vendor, cost and due date (G-11)."""
    with act(actor, at) as doing:
        found = the_loss(loss.id)
        require_on(actor, LOSS_HANDLE, found)
        name = said(vendor, "Say who repairs it", 120, field="vendor")
        if not 0 <= cost_cents <= MOST_CENTS:
            raise InvalidInput("At most $10,000.", field="cost")
        due = timezone.make_aware(datetime.combine(due_on, time(17)))
        if not at < due <= at + LONGEST_REPAIR:
            raise InvalidInput("A day to come, half a year off at most.", field="due_on")
        move(found, "send to repair", doing, vendor=name, cost_cents=cost_cents)
        inventory.send_to_repair(device_id=found.device_id, actor=HOUSE, at=at)
        end_step(found, StepKind.ASSESS, doing, "To be repaired.")
        step = open_step(found, StepKind.REPAIR, doing)
        LossStep.objects.filter(id=step.id).update(due_at=due, remind_at=due)
        doing.record(
            "lifecycle.loss.sent-to-repair",
            found,
            vendor=name,
            cost_cents=cost_cents,
            due_on=due_on.isoformat(),
        )
        tell_holder(found, "repair", doing)
    return found


def mark_repaired(
    *,
    loss: Loss,
    note: str,
    whither: Whither = Whither.HOLDER,
    cost_cents: int | None = None,
    actor: Actor,
    at: datetime,
) -> Loss:
    """Note that a damaged device is fit for use, and where it goes (G-11)."""
    with act(actor, at) as doing:
        found = the_loss(loss.id)
        require_on(actor, LOSS_HANDLE, found)
        text = said(note, "Say what was done, or that it is fit as it is", 300, field="note")
        cost = found.cost_cents if cost_cents is None else cost_cents
        if cost is not None and not 0 <= cost <= MOST_CENTS:
            raise InvalidInput("At most $10,000.", field="cost")
        move(found, "repair", doing, closing=text, cost_cents=cost)
        doing.record("lifecycle.loss.repaired", found, reason=text, whither=whither.value)
        found.device.refresh_from_db()
        _bring_back(found, whither, doing)
        tell_holder(found, "repaired", doing)
    return found


def give_up(*, loss: Loss, reason: str, actor: Actor, at: datetime) -> Loss:
    """Note that a device is beyond repair; its holder is asked to give it back (G-11, C-3)."""
    with act(actor, at) as doing:
        found = the_loss(loss.id)
        require_on(actor, LOSS_HANDLE, found)
        why = said(reason, "Say what is broken", 300)
        move(found, "give up", doing, closing=why)
        doing.record("lifecycle.loss.given-up", found, reason=why)
        found.device.refresh_from_db()
        if found.device.status == DeviceStatus.IN_REPAIR and found.device.holder_id is not None:
            inventory.hand_back(device_id=found.device_id, actor=HOUSE, at=at)
        if found.device.holder_id is not None and not expected_back(found.device):
            open_return(
                device_id=found.device_id,
                reason=ReturnReason.BEYOND_REPAIR,
                note=why,
                actor=HOUSE,
                at=at,
            )
        tell_holder(found, "given-up", doing)
    return found


def _bring_back(loss: Loss, whither: Whither, doing: Act) -> None:
    device = loss.device
    if whither is Whither.STOCK or device.holder_id is None:
        if device.status != DeviceStatus.IN_STOCK:
            inventory.unassign(device_id=device.id, actor=HOUSE, at=doing.at)
    elif device.status == DeviceStatus.IN_REPAIR:
        inventory.hand_back(device_id=device.id, actor=HOUSE, at=doing.at)
