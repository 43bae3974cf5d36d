"""Restricting a device's access to City services, by a rule or by hand, and lifting that."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from quartermaster.compliance.actions.automatic.moving import (
    move_act,
    person_of,
    reason_of,
)
from quartermaster.compliance.actions.automatic.telling import tell_holder, tell_of_restriction
from quartermaster.compliance.events import AccessChanged
from quartermaster.compliance.models import AutomaticAct, Restriction
from quartermaster.compliance.permits import ACCESS_RESTRICT
from quartermaster.compliance.withholding import withdrawal_of
from quartermaster.inventory.models import Device
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.permits import Actor, require


def restrict_by(item: AutomaticAct, doing: Act) -> Restriction:
    """Restrict a device because a rule says so."""
    return _place(
        Restriction(device=item.device, act=item, reason=_why(item), placed_at=doing.at), doing
    )


def restrict_access(*, device: Device, reason: str, actor: Actor, at: datetime) -> Restriction:
    """Restrict a device's access by hand, until a person lifts it (G-10)."""
    require(actor, ACCESS_RESTRICT, person_id=device.holder_id, department_id=device.department_id)
    person, why = person_of(actor), reason_of(reason)
    with act(actor, at) as doing:
        locked = _held(device.id)
        if Restriction.objects.filter(device=locked, act=None, lifted_at=None).exists():
            raise Conflict("Its access is restricted by hand already.")
        made = _place(
            Restriction(device=locked, placed_by_id=person, reason=why, placed_at=at), doing
        )
        tell_of_restriction(made, "restricted", doing)
    return made


def lift_restriction(
    *, restriction_id: UUID, reason: str, actor: Actor, at: datetime
) -> Restriction:
    """Lift one restriction by hand; the rule does not place it again for that finding (G-10)."""
    require(actor, ACCESS_RESTRICT)
    person_of(actor)
    why = reason_of(reason)
    with act(actor, at) as doing:
        found = Restriction.objects.select_related("device", "act").filter(id=restriction_id)
        restriction = found.first()
        if restriction is None:
            raise NotFound("There is no such restriction.")
        lift(restriction, why, doing)
    return restriction


def lift(restriction: Restriction, why: str, doing: Act) -> None:
    """Lift a restriction once, with its act; what it took off comes back, if nothing else holds."""
    rows = Restriction.objects.filter(id=restriction.id, lifted_at=None)
    fields = {
        "lifted_at": doing.at,
        "lifted_by_id": doing.actor.person_id,
        "lifting_reason": why[:500],
    }
    if rows.update(**fields) != 1:
        raise Conflict("It was lifted already.")
    restriction.refresh_from_db()
    device = _held(restriction.device_id)
    if restriction.act is not None:
        move_act(restriction.act, "lift", settled_at=doing.at, note=why[:500])
        tell_holder(restriction.act, "lifted", doing)
    else:
        tell_of_restriction(restriction, "lifted", doing)
    doing.record("compliance.access.lifted", restriction, device=device.asset_tag, reason=why[:300])
    left = _standing(device)
    before = _Standing(restricted=True, withheld=left.withheld or restriction.on_device)
    _say_what_changed(device, before, doing)


def _place(restriction: Restriction, doing: Act) -> Restriction:
    device = _held(restriction.device_id)
    before = _standing(device)
    taken = withdrawal_of(device, doing.at)
    restriction.on_device = taken.on_device
    restriction.withdrawn = list(taken.names)
    restriction.save(force_insert=True)
    doing.record(
        "compliance.access.restricted",
        restriction,
        device=device.asset_tag,
        reason=restriction.reason,
        withdrawn=restriction.withdrawn,
        stays=taken.stays,
    )
    _say_what_changed(device, before, doing)
    return restriction


@dataclass(frozen=True)
class _Standing:
    """Whether City services turn a device away, and whether what the City set up is taken off."""

    restricted: bool
    withheld: bool


def _held(device_id: UUID) -> Device:
    """The device, on which nobody else places or lifts a restriction meanwhile."""
    return Device.objects.select_for_update(no_key=True).get(id=device_id)


def _standing(device: Device) -> _Standing:
    rows = Restriction.objects.filter(device=device, lifted_at=None)
    found = list(rows.values_list("on_device", flat=True))
    return _Standing(bool(found), any(found))


def _say_what_changed(device: Device, before: _Standing, doing: Act) -> None:
    now = _standing(device)
    if now != before:
        doing.emit(AccessChanged(device_id=device.id, admitted=not now.restricted))


def _why(item: AutomaticAct) -> str:
    finding = item.finding
    return f"{finding.title} (clause {finding.clause}): {finding.observed}"[:500]
