"""Verbs on devices. Who holds a device is what the ledger of the house can prove (S-1, C-3)."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from quartermaster.inventory import guards, holds
from quartermaster.inventory.actions.common import (
    free_tag,
    fresh_tag,
    lock,
    require_acknowledged,
    require_free,
    the_department,
    the_device,
    the_holder,
    the_model,
)
from quartermaster.inventory.custody import NO_CAUSE, Cause, follow
from quartermaster.inventory.errors import Held, NotSanitised
from quartermaster.inventory.events import (
    DeviceAssigned,
    DeviceChanged,
    DeviceRegistered,
    DeviceRetired,
)
from quartermaster.inventory.models import (
    IDENTIFIERS,
    Device,
    DeviceModel,
    DeviceStatus,
    Ownership,
)
from quartermaster.inventory.permits import DEVICE_MANAGE
from quartermaster.inventory.rules.details import DeviceDetails
from quartermaster.inventory.rules.lives import CITY_ONLY, DEVICE, PERSONAL_ONLY
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, require


def register(
    *,
    details: DeviceDetails,
    department_id: UUID | None = None,
    model_id: UUID | None = None,
    holder_id: UUID | None = None,
    cause: Cause = NO_CAUSE,
    actor: Actor,
    at: datetime,
) -> Device:
    """Enter a device: into stock or with its holder; a personal one with its owner (S-1, S-2, G-1).

    A department that is excluded may register too; the device is then not enforced (S-3).
    """
    with act(actor, at) as doing:
        require(actor, DEVICE_MANAGE)
        lock()
        holder = the_holder(holder_id) if holder_id else None
        if holder is None and details.ownership is Ownership.PERSONAL:
            raise InvalidInput("A personal device is registered with its owner.", field="holder")
        if holder is not None:
            require_acknowledged(holder, at)
        place = department_id or (holder.department_id if holder else None)
        if place is None:
            raise InvalidInput("Name the department that the device is for.", field="department")
        values = details.model_dump()
        values["asset_tag"] = free_tag(details.asset_tag) if details.asset_tag else fresh_tag()
        _require_unclaimed(details, but=None)
        made = Device.objects.create(
            **values,
            department=the_department(place),
            model=_fitting_model(model_id, details),
            holder=holder,
            status=DeviceStatus.ASSIGNED if holder else DeviceStatus.IN_STOCK,
        )
        guards.ask(made, holder, at)
        tell_registered(made, doing)
        follow(made, doing, "register", cause)
    return made


def change_details(
    *,
    device_id: UUID,
    details: DeviceDetails,
    department_id: UUID | None = None,
    model_id: UUID | None = None,
    actor: Actor,
    at: datetime,
) -> Device:
    """Correct what is held about a device; its owner, holder and status have verbs of their own."""
    with act(actor, at) as doing:
        require(actor, DEVICE_MANAGE)
        lock()
        device = the_device(device_id)
        if device.ownership != details.ownership:
            raise Conflict("A device does not change its owner by a correction of its details.")
        if device.status == DeviceStatus.RETIRED:
            raise Conflict(f"{device} is retired; its record stays as it is.")
        values = {**details.model_dump(), "model": _fitting_model(model_id, details)}
        values["asset_tag"] = details.asset_tag or device.asset_tag
        if department_id is not None:
            values["department"] = the_department(department_id)
        free_tag(values["asset_tag"], but=device.id)
        _require_unclaimed(details, but=device.id)
        fields = [name for name, value in values.items() if getattr(device, name) != value]
        if not fields:
            return device
        before = {name: getattr(device, name) for name in fields}
        for name in fields:
            setattr(device, name, values[name])
        device.save(update_fields=fields)
        tell_changed(device, doing, before)
        follow(device, doing, "correct")
    return device


def assign(
    *, device_id: UUID, holder_id: UUID, cause: Cause = NO_CAUSE, actor: Actor, at: datetime
) -> Device:
    """Hand a device out of stock to a person who has acknowledged the policy (S-2)."""
    with act(actor, at) as doing:
        require(actor, DEVICE_MANAGE)
        device, holder = the_device(device_id), the_holder(holder_id)
        require_acknowledged(holder, at)
        require_sanitised(device)
        guards.ask(device, holder, at)
        move(device, "assign", doing, cause, holder=holder, department=holder.department)
    return device


def unassign(
    *,
    device_id: UUID,
    department_id: UUID | None = None,
    cause: Cause = NO_CAUSE,
    actor: Actor,
    at: datetime,
) -> Device:
    """Take a City device back into stock, from its holder, from repair or found again (C-3).

    ``department_id``: whose stock it goes into, where that is not the last holder's department.
    """
    with act(actor, at) as doing:
        require(actor, DEVICE_MANAGE)
        device = the_device(device_id)
        home = {"department": the_department(department_id)} if department_id else {}
        move(device, "take back", doing, cause, holder=None, **home)
    return device


def report_lost(*, device_id: UUID, cause: Cause = NO_CAUSE, actor: Actor, at: datetime) -> Device:
    """Note that a device is lost; who held it stays on record (G-11)."""
    with act(actor, at) as doing:
        require(actor, DEVICE_MANAGE)
        device = the_device(device_id)
        move(device, "report lost", doing, cause)
    return device


def send_to_repair(
    *, device_id: UUID, cause: Cause = NO_CAUSE, actor: Actor, at: datetime
) -> Device:
    """Note that a device is in repair; it goes back to its holder or into stock (G-11)."""
    with act(actor, at) as doing:
        require(actor, DEVICE_MANAGE)
        device = the_device(device_id)
        move(device, "repair", doing, cause)
    return device


def hand_back(*, device_id: UUID, cause: Cause = NO_CAUSE, actor: Actor, at: datetime) -> Device:
    """Give a device that was found or repaired back to the person who held it (G-11)."""
    with act(actor, at) as doing:
        require(actor, DEVICE_MANAGE)
        device = the_device(device_id)
        if device.holder is None:
            raise Conflict(f"Nobody held {device}. Take it back into stock instead.")
        guards.ask(device, the_holder(device.holder.id), at)
        move(device, "hand back", doing, cause)
    return device


def retire(*, device_id: UUID, cause: Cause = NO_CAUSE, actor: Actor, at: datetime) -> Device:
    """End a device's record: City property out of stock (C-3), or a personal registration (G-2)."""
    with act(actor, at) as doing:
        require(actor, DEVICE_MANAGE)
        device = the_device(device_id)
        require_not_held(device, at)
        if device.sims.exists():
            raise Conflict(f"There is a SIM in {device}. Take it out first.")
        verb = "end registration" if device.personal else "retire"
        move(device, verb, doing, cause, holder=None)
        doing.emit(DeviceRetired(device.id))
    return device


def require_not_held(device: Device, at: datetime) -> None:
    """Raise `Held` where the device may not leave, as another room says (C-2, C-3)."""
    if said := holds.hold_on(device, at):
        raise Held(f"{device}: {said}")


def require_sanitised(device: Device) -> None:
    """Raise `NotSanitised` where a device in stock may hold what somebody left on it (C-3)."""
    if device.quarantined:
        raise NotSanitised(
            f"{device} was used before and is not sanitised yet. Sanitise it first; then hand it"
            " out."
        )


def count_sanitised(*, device_id: UUID, actor: Actor, at: datetime) -> Device:
    """Let a device in stock be handed out again, once its sanitisation is verified (C-3)."""
    with act(actor, at) as doing:
        require(actor, DEVICE_MANAGE)
        device = the_device(device_id)
        if device.status != DeviceStatus.IN_STOCK:
            raise Conflict(f"{device} is not in stock. Take it back first.")
        Device.objects.filter(id=device.id).update(needs_sanitising=False)
        device.refresh_from_db(fields=["needs_sanitising"])
        if device.needs_sanitising:
            raise NotSanitised(
                f"Nobody has verified that {device} was sanitised since its last use."
            )
        doing.record("inventory.device.sanitised", device)
        doing.emit(DeviceChanged(device.id))
    return device


def move(device: Device, verb: str, doing: Act, cause: Cause = NO_CAUSE, **changes: object) -> None:
    """Take one step of the device's life, from exactly the state that was read."""
    barred = CITY_ONLY if device.personal else PERSONAL_ONLY
    if verb in barred:
        whose = device.get_ownership_display().lower()
        raise Conflict(f"“{verb}” is not for a {whose} device.", verb=verb)
    was, held = DeviceStatus(device.status), device.holder_id
    changes["status"] = DEVICE.target(verb, was)
    rows = Device.objects.filter(id=device.id, status=was, holder=held)
    if rows.update(**changes) != 1:
        raise Conflict(f"{device} was changed by someone else in the meantime. Look at it again.")
    for name, value in changes.items():
        setattr(device, name, value)
    tell_moved(device, doing, verb, was, held)
    follow(device, doing, verb, cause)


def tell_registered(device: Device, doing: Act) -> None:
    """Write that a device is there, and whom it is with."""
    doing.record(
        "inventory.device.registered",
        device,
        asset_tag=device.asset_tag,
        ownership=str(device.ownership),
        department=str(device.department_id),
        holder=_key(device.holder_id),
    )
    doing.emit(DeviceRegistered(device.id))
    if device.holder_id is not None:
        doing.emit(DeviceAssigned(device.id, device.holder_id))


def tell_changed(device: Device, doing: Act, before: dict[str, object]) -> None:
    """Write what was corrected, before and after."""
    doing.record(
        "inventory.device.changed",
        device,
        before={name: str(value or "") for name, value in before.items()},
        after={name: str(getattr(device, name) or "") for name in before},
    )
    doing.emit(DeviceChanged(device.id))


def tell_moved(device: Device, doing: Act, verb: str, was: DeviceStatus, held: UUID | None) -> None:
    """Write a step of custody: from whom, to whom, from which state to which."""
    doing.record(
        "inventory.device.moved",
        device,
        verb=verb,
        status=[was.value, str(device.status)],
        holder=[_key(held), _key(device.holder_id)],
        department=str(device.department_id),
    )
    if device.holder_id != held:
        doing.emit(DeviceAssigned(device.id, device.holder_id))
    doing.emit(DeviceChanged(device.id))


def _key(key: UUID | None) -> str | None:
    return str(key) if key else None


def _fitting_model(model_id: UUID | None, details: DeviceDetails) -> DeviceModel | None:
    if model_id is None:
        return None
    model = the_model(model_id)
    if (model.device_class, model.platform) != (details.device_class, details.platform):
        raise InvalidInput(
            f"The {model} is a {model.get_device_class_display().lower()} with the platform"
            f" {model.get_platform_display()}; the device is said to be something else.",
            field="model",
        )
    return model


def _require_unclaimed(details: DeviceDetails, *, but: UUID | None) -> None:
    for name in IDENTIFIERS:
        value = getattr(details, name)
        if not value:
            continue
        taken = Q(imei=value) | Q(imei2=value) if name.startswith("imei") else Q(**{name: value})
        title = DeviceDetails.model_fields[name].title or name
        what = f"The {title} {value}"
        require_free(Device.objects.filter(taken), what, field=name, but=but)
