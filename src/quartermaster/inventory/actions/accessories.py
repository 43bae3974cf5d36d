"""Verbs on accessories: issued like devices, such as the hands-free kit of a driver (G-6)."""

from datetime import datetime
from uuid import UUID

from quartermaster.inventory.actions.common import (
    free_tag,
    fresh_tag,
    lock,
    require_acknowledged,
    the_accessory,
    the_department,
    the_holder,
)
from quartermaster.inventory.custody import NO_CAUSE, Cause, follow
from quartermaster.inventory.events import AccessoryAssigned
from quartermaster.inventory.models import Accessory
from quartermaster.inventory.permits import ACCESSORY_MANAGE
from quartermaster.inventory.rules.details import AccessoryDetails
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, require


def add_accessory(
    *,
    details: AccessoryDetails,
    department_id: UUID,
    cause: Cause = NO_CAUSE,
    actor: Actor,
    at: datetime,
) -> Accessory:
    """Enter an accessory into stock (G-6)."""
    with act(actor, at) as doing:
        require(actor, ACCESSORY_MANAGE)
        lock()
        tag = free_tag(details.asset_tag) if details.asset_tag else fresh_tag()
        values = {**details.model_dump(), "asset_tag": tag}
        made = Accessory.objects.create(**values, department=the_department(department_id))
        doing.record("inventory.accessory.added", made, asset_tag=tag, sort=str(made.kind))
        follow(made, doing, "enter", cause)
    return made


def assign_accessory(
    *, accessory_id: UUID, holder_id: UUID, cause: Cause = NO_CAUSE, actor: Actor, at: datetime
) -> Accessory:
    """Hand an accessory to a person who has acknowledged the policy (S-2, G-6)."""
    with act(actor, at) as doing:
        require(actor, ACCESSORY_MANAGE)
        accessory, holder = the_accessory(accessory_id), the_holder(holder_id)
        require_acknowledged(holder, at)
        rows = Accessory.objects.filter(id=accessory.id, holder=None, retired=False)
        if rows.update(holder=holder, department=holder.department) != 1:
            raise Conflict(f"{accessory} is not in stock.")
        accessory.holder, accessory.department = holder, holder.department
        doing.record("inventory.accessory.assigned", accessory, holder=[None, str(holder.id)])
        follow(accessory, doing, "assign", cause)
        doing.emit(AccessoryAssigned(accessory.id, holder.id))
    return accessory


def unassign_accessory(
    *, accessory_id: UUID, cause: Cause = NO_CAUSE, actor: Actor, at: datetime
) -> Accessory:
    """Take an accessory back into stock (C-3)."""
    with act(actor, at) as doing:
        require(actor, ACCESSORY_MANAGE)
        accessory = the_accessory(accessory_id)
        if accessory.holder_id is None:
            raise Conflict(f"{accessory} is with nobody.")
        before, accessory.holder = str(accessory.holder_id), None
        accessory.save(update_fields=["holder"])
        doing.record("inventory.accessory.assigned", accessory, holder=[before, None])
        follow(accessory, doing, "take back", cause)
        doing.emit(AccessoryAssigned(accessory.id, None))
    return accessory


def retire_accessory(
    *, accessory_id: UUID, cause: Cause = NO_CAUSE, actor: Actor, at: datetime
) -> Accessory:
    """End an accessory's record; it must be back in stock (C-3)."""
    with act(actor, at) as doing:
        require(actor, ACCESSORY_MANAGE)
        accessory = the_accessory(accessory_id)
        rows = Accessory.objects.filter(id=accessory.id, holder=None, retired=False)
        if rows.update(retired=True) != 1:
            raise Conflict(f"{accessory} is with somebody, or retired already.")
        accessory.retired = True
        doing.record("inventory.accessory.retired", accessory)
        follow(accessory, doing, "retire", cause)
    return accessory
