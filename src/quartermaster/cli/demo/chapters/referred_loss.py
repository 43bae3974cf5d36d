"""A loss that somebody is held responsible for: referred, it waits for their supervisor."""

from datetime import datetime, timedelta

from quartermaster.compliance.actions import cases
from quartermaster.compliance.actions.cases.losses import prepare_loss_case
from quartermaster.inventory.models import Device, DeviceClass, DeviceStatus, Ownership
from quartermaster.kernel.permits import Actor, system
from quartermaster.lifecycle.actions import losses
from quartermaster.lifecycle.models import Loss
from quartermaster.lifecycle.rules.losses import LossKind, Responsibility
from quartermaster.org.models import Person, Standing
from quartermaster.org.queries import actor_for

TITLE = "A case that waits for a supervisor"
ORDER = 49
ITMD, COORDINATOR, SUPERVISOR, ANA = "2001", "2003", "2004", "2005"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STORY = "It lay on the roof of the truck when I drove off, and fell at the corner of Elm Street."
SIDE = "We were called to a burst main and left in a hurry. I had it in my hand a minute before."
DECISION = "It was left on the truck while driving; a holder was in the truck and was not used."
LOOKED = "I read both sides and the report of the damage."


def tell(at: datetime) -> None:
    """Four days ago a phone was broken; ITMD decided, the coordinator confirmed, Sue is to act."""
    device = _phone()
    if device is None or device.holder is None:
        return
    holder, ida = actor_for(device.holder, at), _of(ITMD, at)
    report = losses.LossReport.of(
        kind=LossKind.DAMAGED,
        happened_at=at - 4 * DAY - 3 * HOUR,
        place="Elm Street",
        story=STORY,
        records_pending=False,
    )
    loss: Loss = losses.report_loss(
        device_id=device.id, report=report, actor=holder, at=at - 4 * DAY
    )
    losses.state_side(loss=loss, text=SIDE, actor=holder, at=at - 3 * DAY)
    losses.decide_responsibility(
        loss=loss,
        responsibility=Responsibility.CARELESS,
        reason=DECISION,
        actor=ida,
        at=at - 20 * HOUR,
    )
    case = prepare_loss_case(loss_id=loss.id, actor=system("compliance"), at=at - 20 * HOUR)
    if case is not None:
        cases.confirm(case=case, reason=LOOKED, actor=_of(COORDINATOR, at), at=at - 2 * HOUR)


def _phone() -> Device | None:
    """One that somebody has who works for Sue, and of which nothing else is told."""
    rows = Device.objects.filter(
        ownership=Ownership.CITY,
        status=DeviceStatus.ASSIGNED,
        device_class=DeviceClass.SMARTPHONE,
        holder__supervisor__number=SUPERVISOR,
        holder__standing=Standing.ACTIVE,
    ).exclude(holder__number=ANA)
    untold = rows.filter(losses=None, returns=None).select_related("holder")
    return untold.order_by("-asset_tag").first()


def _of(number: str, at: datetime) -> Actor:
    return actor_for(Person.objects.get(number=number), at)
