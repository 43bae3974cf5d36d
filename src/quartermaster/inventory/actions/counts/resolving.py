"""Resolving a difference by an act: moved here, reported lost, registered; or explained."""

from datetime import datetime
from uuid import UUID

from quartermaster.inventory.actions.common import the_accessory, the_device
from quartermaster.inventory.actions.counts.taking import the_count
from quartermaster.inventory.actions.devices import move, report_lost, tell_changed
from quartermaster.inventory.codes import thing_with
from quartermaster.inventory.custody import Cause, follow
from quartermaster.inventory.events import AccessoryAssigned
from quartermaster.inventory.models import Accessory, CountEntry, Device, DeviceStatus, StockCount
from quartermaster.inventory.permits import ACCESSORY_MANAGE, DEVICE_MANAGE
from quartermaster.inventory.rules.counts import WAYS
from quartermaster.inventory.states import DIFFERENCES, CountState, Resolution, Seen
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound
from quartermaster.kernel.permits import Actor, require


def resolve(
    *, entry_id: UUID, resolution: str, reason: str = "", actor: Actor, at: datetime
) -> CountEntry:
    """Resolve one difference of a count (C-3, G-11).

    ``moved``: the thing is here from now on. ``lost``: it is reported lost. ``registered``: it was
    entered since. ``explained``: with a reason, nothing moves.

    Raises:
        Conflict: where the difference is of another kind, or was resolved meanwhile.
    """
    with act(actor, at) as doing:
        entry = CountEntry.objects.filter(id=entry_id).first()
        if entry is None:
            raise NotFound("There is no such line of a count.")
        count = the_count(entry.count_id, actor)
        if count.state != CountState.COUNTED:
            raise Conflict("Differences are resolved when the scanning is over.")
        entry = CountEntry.objects.select_for_update().get(id=entry_id)
        if entry.seen not in DIFFERENCES or entry.resolution:
            raise Conflict("There is nothing to resolve here, or somebody did.")
        if resolution not in WAYS[Seen(entry.seen)]:
            raise InvalidInput("This does not resolve such a difference.", field="resolution")
        chosen, why = Resolution(resolution), reason.strip()[:300]
        if chosen is Resolution.EXPLAINED and not why:
            raise InvalidInput("Say what explains it.", field="reason")
        _carry_out(entry, chosen, count, doing)
        entry.resolution, entry.reason = chosen, why
        entry.resolved_at, entry.resolved_by = at, actor.label
        entry.save(update_fields=["resolution", "reason", "resolved_at", "resolved_by"])
        doing.record(
            "inventory.count.resolved",
            count,
            entry=str(entry.id),
            thing=str(entry),
            seen=str(entry.seen),
            resolution=chosen.value,
        )
    return entry


def _carry_out(entry: CountEntry, chosen: Resolution, count: StockCount, doing: Act) -> None:
    cause = Cause(f"Count of {count}", "inventory.count", count.id)
    if chosen is Resolution.LOST:
        if entry.device_id is None:
            raise InvalidInput("An accessory cannot be reported lost; explain it.")
        report_lost(device_id=entry.device_id, cause=cause, actor=doing.actor, at=doing.at)
    elif chosen is Resolution.REGISTERED:
        if thing_with(entry.code) is None:
            raise Conflict(f"{entry.code} is not registered yet. Register it first.")
    elif chosen is Resolution.MOVED:
        if entry.device_id is not None:
            require(doing.actor, DEVICE_MANAGE)
            _device_here(the_device(entry.device_id), count, cause, doing)
        elif entry.accessory_id is not None:
            require(doing.actor, ACCESSORY_MANAGE)
            _accessory_here(the_accessory(entry.accessory_id), count, cause, doing)


def _device_here(device: Device, count: StockCount, cause: Cause, doing: Act) -> None:
    if device.status == DeviceStatus.RETIRED or device.personal:
        raise Conflict(f"{device} is retired or a person's own; explain how it comes to be here.")
    place = count.department
    if device.status != DeviceStatus.IN_STOCK:
        move(device, "take back", doing, cause, holder=None, department=place)
    elif device.department_id != place.id:
        before: dict[str, object] = {"department": device.department}
        device.department = place
        device.save(update_fields=["department"])
        tell_changed(device, doing, before)
        follow(device, doing, "count", cause)
    Device.objects.filter(id=device.id).update(confirmed_at=doing.at)


def _accessory_here(kit: Accessory, count: StockCount, cause: Cause, doing: Act) -> None:
    if kit.retired:
        raise Conflict(f"{kit} is retired; explain how it comes to be here.")
    held = str(kit.holder_id) if kit.holder_id else None
    kit.holder, kit.department = None, count.department
    kit.save(update_fields=["holder", "department"])
    doing.record("inventory.accessory.assigned", kit, holder=[held, None])
    follow(kit, doing, "count", cause)
    doing.emit(AccessoryAssigned(kit.id, None))
