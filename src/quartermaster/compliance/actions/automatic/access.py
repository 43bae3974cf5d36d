"""Restricting a device's access to City services, by a rule or by hand, and lifting that."""

from datetime import datetime
from uuid import UUID

from quartermaster.compliance.actions.automatic.moving import (
    move_act,
    person_of,
    reason_of,
)
from quartermaster.compliance.actions.automatic.telling import tell_holder
from quartermaster.compliance.events import AccessChanged
from quartermaster.compliance.models import AutomaticAct, Restriction
from quartermaster.compliance.permits import ACCESS_RESTRICT
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
        Device.objects.select_for_update(no_key=True).get(id=device.id)
        if Restriction.objects.filter(device=device, act=None, lifted_at=None).exists():
            raise Conflict("Its access is restricted by hand already.")
        return _place(
            Restriction(device=device, placed_by_id=person, reason=why, placed_at=at), doing
        )


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
    """Lift a restriction once, with its act, and say so where nothing else restricts the device."""
    rows = Restriction.objects.filter(id=restriction.id, lifted_at=None)
    fields = {
        "lifted_at": doing.at,
        "lifted_by_id": doing.actor.person_id,
        "lifting_reason": why[:500],
    }
    if rows.update(**fields) != 1:
        raise Conflict("It was lifted already.")
    restriction.refresh_from_db()
    if restriction.act is not None:
        move_act(restriction.act, "lift", settled_at=doing.at, note=why[:500])
        tell_holder(restriction.act, "lifted", doing)
    device = restriction.device
    doing.record("compliance.access.lifted", restriction, device=device.asset_tag, reason=why[:300])
    if not Restriction.objects.filter(device=device, lifted_at=None).exists():
        doing.emit(AccessChanged(device_id=device.id, admitted=True))


def _place(restriction: Restriction, doing: Act) -> Restriction:
    device = restriction.device
    first = not Restriction.objects.filter(device=device, lifted_at=None).exists()
    restriction.save(force_insert=True)
    doing.record(
        "compliance.access.restricted",
        restriction,
        device=device.asset_tag,
        reason=restriction.reason,
    )
    if first:
        doing.emit(AccessChanged(device_id=device.id, admitted=False))
    return restriction


def _why(item: AutomaticAct) -> str:
    finding = item.finding
    return f"{finding.title} (clause {finding.clause}): {finding.observed}"[:500]
