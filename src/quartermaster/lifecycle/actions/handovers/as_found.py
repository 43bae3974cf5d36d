"""What somebody had before the house was there: entered as it is found, with the reason."""

from datetime import datetime
from uuid import UUID

from quartermaster.inventory.actions import assign, assign_accessory, register
from quartermaster.inventory.models import Accessory, Device, Ownership
from quartermaster.inventory.rules.details import DeviceDetails
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, require
from quartermaster.lifecycle.actions.handovers.common import not_for_oneself
from quartermaster.lifecycle.errors import KeptForAnother
from quartermaster.lifecycle.models import HandoverItem
from quartermaster.lifecycle.permits import HANDOVER_AS_FOUND
from quartermaster.lifecycle.rules.handovers import require_reason

_WHY = "Say how it is known that the person has it"


def device_as_found(
    *, device_id: UUID, holder_id: UUID, reason: str, actor: Actor, at: datetime
) -> Device:
    """Enter that somebody has a device from before it was handed out here (S-1, C-3)."""
    with act(actor, at) as doing:
        require(actor, HANDOVER_AS_FOUND)
        not_for_oneself(actor, holder_id)
        why = require_reason(reason, _WHY)
        _not_kept(HandoverItem.objects.filter(device_id=device_id, live=True).first())
        device = assign(device_id=device_id, holder_id=holder_id, actor=actor, at=at)
        doing.record("lifecycle.device.entered-as-found", device, holder=str(holder_id), reason=why)
    return device


def accessory_as_found(
    *, accessory_id: UUID, holder_id: UUID, reason: str, actor: Actor, at: datetime
) -> Accessory:
    """Enter that somebody has an accessory from before it was handed out here (G-6, C-3)."""
    with act(actor, at) as doing:
        require(actor, HANDOVER_AS_FOUND)
        not_for_oneself(actor, holder_id)
        why = require_reason(reason, _WHY)
        _not_kept(HandoverItem.objects.filter(accessory_id=accessory_id, live=True).first())
        thing = assign_accessory(accessory_id=accessory_id, holder_id=holder_id, actor=actor, at=at)
        doing.record(
            "lifecycle.accessory.entered-as-found", thing, holder=str(holder_id), reason=why
        )
    return thing


def register_as_found(
    *,
    details: DeviceDetails,
    holder_id: UUID,
    department_id: UUID | None = None,
    model_id: UUID | None = None,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Device:
    """Register a City device that somebody has already (S-1, C-3)."""
    if details.ownership is not Ownership.CITY:
        raise Conflict("A personal device is not found, but registered by its owner.")
    with act(actor, at) as doing:
        require(actor, HANDOVER_AS_FOUND)
        not_for_oneself(actor, holder_id)
        why = require_reason(reason, _WHY)
        device = register(
            details=details,
            holder_id=holder_id,
            department_id=department_id,
            model_id=model_id,
            actor=actor,
            at=at,
        )
        doing.record("lifecycle.device.entered-as-found", device, holder=str(holder_id), reason=why)
    return device


def _not_kept(item: HandoverItem | None) -> None:
    if item is not None:
        raise KeptForAnother(f"{item} is being made ready to hand out. Call that off first.")
