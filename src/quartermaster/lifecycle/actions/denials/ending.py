"""Ending the question where a device is: by its loss, by its move, or by who knows."""

from datetime import datetime
from uuid import UUID

from quartermaster.inventory.models import Device, DeviceStatus
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said
from quartermaster.lifecycle.denial_permits import DENIAL_EXPLAIN, DENIAL_KEEP
from quartermaster.lifecycle.models import Denial, Loss
from quartermaster.lifecycle.rules.denials import DENIAL, DenialState


def explain_denial(*, denial: Denial, reason: str, actor: Actor, at: datetime) -> Denial:
    """Say that the holder has the device after all, and how that is known (C-3)."""
    with act(actor, at) as doing:
        rows = Denial.objects.select_for_update(of=("self",)).select_related("device", "holder")
        found = rows.filter(id=denial.id).first()
        if found is None:
            raise NotFound("There is no such question.")
        require(
            actor,
            DENIAL_EXPLAIN,
            person_id=found.holder_id,
            department_id=found.department_id,
        )
        why = said(reason, "Say how it is known that they have it")
        _end(found, "explain", why, doing)
        Device.objects.filter(id=found.device_id).update(confirmed_at=at)
    return found


def follow_device(*, device_id: UUID, actor: Actor, at: datetime) -> int:
    """End what is asked of a device that was reported, or that is somebody else's by now (C-3)."""
    with act(actor, at) as doing:
        require(actor, DENIAL_KEEP)
        rows = Denial.objects.select_for_update(of=("self",)).select_related("device", "holder")
        found = rows.filter(device_id=device_id, state=DenialState.OPEN).first()
        if found is None:
            return 0
        loss = Loss.objects.filter(device_id=device_id, reported_at__gte=found.opened_at).first()
        device = found.device
        if loss is not None:
            _end(found, "report", f"Reported as {loss.get_kind_display().lower()}.", doing)
        elif device.holder_id != found.holder_id or device.status == DeviceStatus.RETIRED:
            where = f"with {device.holder}" if device.holder else "with ITMD"
            _end(found, "move", f"It is {where}.", doing)
        else:
            return 0
    return 1


def _end(row: Denial, verb: str, outcome: str, doing: Act) -> None:
    step = DENIAL.transitions[verb]
    rows = Denial.objects.filter(id=row.id, state__in=sorted(step.sources))
    fields = {
        "state": step.target,
        "closed_at": doing.at,
        "closed_by": doing.actor.label[:200],
        "outcome": outcome,
        "remind_at": None,
    }
    if rows.update(**fields) != 1:
        DENIAL.target(verb, DenialState(row.state))
        raise Conflict("The question was answered in the meantime. Look at it again.")
    row.refresh_from_db()
    doing.record(f"lifecycle.denial.{step.target.value}", row, reason=outcome)
