"""Write-offs: two people end the record of what is lost or stolen; one corrects a mistake (C-3)."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from quartermaster.inventory import actions as inventory
from quartermaster.inventory.actions import Cause
from quartermaster.inventory.models import Custodian, CustodyPeriod, Device, DeviceStatus
from quartermaster.inventory.queries import device_for_update
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.permits import Actor, require, system
from quartermaster.lifecycle.actions.losses.common import move as move_loss
from quartermaster.lifecycle.actions.losses.common import the_loss
from quartermaster.lifecycle.actions.losses.telling import tell_holder
from quartermaster.lifecycle.loss_errors import PoliceReportMissing
from quartermaster.lifecycle.models import Loss, WriteOff
from quartermaster.lifecycle.return_errors import AnotherPerson
from quartermaster.lifecycle.return_permits import WRITE_OFF_ASK, WRITE_OFF_DECIDE
from quartermaster.lifecycle.rules.disposals import WRITE_OFF, WriteOffKind, WriteOffState
from quartermaster.lifecycle.rules.losses import LOSS, LossKind, LossState

HOUSE = system("write-offs")
LONGEST_REASON = 500


def ask_write_off(*, loss: Loss, reason: str, actor: Actor, at: datetime) -> WriteOff:
    """Ask that a lost or stolen device be written off; another person agrees to it (C-3, G-11).

    Raises:
        PoliceReportMissing: it was stolen, and there is no number of a police report.
        Conflict: it is found, or its erasure is under way.
    """
    require(actor, WRITE_OFF_ASK)
    if actor.person_id is None:
        raise Refused("Two people write off, so a person asks.")
    with act(actor, at) as doing:
        found = the_loss(loss.id)
        if found.device.personal:
            raise Conflict("A personal device is not the City's to write off.")
        LOSS.target("write off", LossState(found.state))
        if found.kind == LossKind.STOLEN and not found.police_number:
            raise PoliceReportMissing("Enter the number of the police report first.")
        if actor.speaks_for(found.held_by_id):
            raise Refused("Nobody writes off what they lost themselves.")
        kind = WriteOffKind(found.kind)
        made = _make(found.device, kind, reason, doing, loss=found)
        doing.record("lifecycle.loss.write-off-asked", found, reason=made.reason)
    return made


def correct_mistake(*, device_id: UUID, reason: str, actor: Actor, at: datetime) -> WriteOff:
    """End the record of a device that was entered by mistake and was with nobody ever (C-3)."""
    require(actor, WRITE_OFF_DECIDE)
    if actor.person_id is None:
        raise Refused("A person corrects a mistake, and stands for it with their name.")
    with act(actor, at) as doing:
        device = device_for_update(device_id)
        if device.personal:
            raise Conflict("End the registration of a personal device instead.")
        elsewhere = CustodyPeriod.objects.filter(device_id=device.id).exclude(
            custodian=Custodian.STOCK
        )
        if device.status != DeviceStatus.IN_STOCK or elsewhere.exists():
            raise Conflict(
                f"{device} was with somebody, so it is no mistake: it leaves by a surplus lot."
            )
        made = _make(device, WriteOffKind.MISTAKE, reason, doing)
        _decide(made, "approve", "A correction.", doing)
        _retire(device, made, doing)
    return made


def approve_write_off(
    *, write_off: WriteOff, decision: str, actor: Actor, at: datetime
) -> WriteOff:
    """Agree to a write-off as the second person: the record of the device ends (C-3)."""
    require(actor, WRITE_OFF_DECIDE)
    with act(actor, at) as doing:
        found = _the_write_off(write_off.id)
        _require_another(found, actor)
        assert found.loss_id is not None  # a constraint backs it
        loss = the_loss(found.loss_id)
        if actor.speaks_for(loss.held_by_id):
            raise AnotherPerson("Nobody writes off what they lost themselves.")
        _decide(found, "approve", decision, doing)
        move_loss(loss, "write off", doing, closing=found.reason[:300])
        doing.record("lifecycle.loss.written-off", loss, reason=found.reason)
        _retire(loss.device, found, doing)
        tell_holder(loss, "written-off", doing)
    return found


def refuse_write_off(*, write_off: WriteOff, decision: str, actor: Actor, at: datetime) -> WriteOff:
    """Refuse a write-off: the search goes on (C-3)."""
    require(actor, WRITE_OFF_DECIDE)
    with act(actor, at) as doing:
        found = _the_write_off(write_off.id)
        _require_another(found, actor)
        _decide(found, "refuse", decision, doing)
    return found


def _make(
    device: Device, kind: WriteOffKind, reason: str, doing: Act, loss: Loss | None = None
) -> WriteOff:
    why = reason.strip()
    if not 0 < len(why) <= LONGEST_REASON:
        raise InvalidInput(f"Say why, in {LONGEST_REASON} characters at most.", field="reason")
    assert doing.actor.person_id is not None
    try:
        with transaction.atomic():
            made = WriteOff.objects.create(
                device=device,
                kind=kind,
                loss=loss,
                police_number=loss.police_number if loss else "",
                reason=why,
                asked_at=doing.at,
                asked_by_id=doing.actor.person_id,
            )
    except IntegrityError as race:
        raise Conflict("This is asked for already.") from race
    doing.record(
        "lifecycle.write-off.asked", made, device=device.asset_tag, sort=kind.value, reason=why
    )
    return made


def _the_write_off(key: UUID) -> WriteOff:
    found = WriteOff.objects.select_for_update().filter(id=key).first()
    if found is None:
        raise NotFound("There is no such write-off.")
    return found


def _require_another(row: WriteOff, actor: Actor) -> None:
    WRITE_OFF.target("approve", WriteOffState(row.state))
    if actor.person_id is None or actor.person_id == row.asked_by_id:
        raise AnotherPerson("Somebody else than who asked agrees to a write-off.")


def _decide(row: WriteOff, verb: str, decision: str, doing: Act) -> None:
    said = decision.strip()
    if not said:
        raise InvalidInput("Say why.", field="decision")
    step = WRITE_OFF.transitions[verb]
    rows = WriteOff.objects.filter(id=row.id, state__in=sorted(step.sources))
    fields = {
        "state": step.target,
        "decided_at": doing.at,
        "decided_by_id": doing.actor.person_id,
        "decision": said[:500],
    }
    if rows.update(**fields) != 1:
        raise Conflict("It was decided in the meantime. Look at it again.")
    row.refresh_from_db()
    doing.record(f"lifecycle.write-off.{step.target.value}", row, reason=said[:500])


def _retire(device: Device, row: WriteOff, doing: Act) -> None:
    """End the record; a SIM that is gone with the device is out of use."""
    for sim in device.sims.filter(retired=False):
        inventory.retire_sim(sim_id=sim.id, actor=HOUSE, at=doing.at)
    cause = Cause(row.get_kind_display(), "lifecycle.write-off", row.id)
    inventory.retire(device_id=device.id, cause=cause, actor=HOUSE, at=doing.at)
