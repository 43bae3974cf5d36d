"""Devices on their way back and out, brought there by the house's own steps."""

from typing import Any

from quartermaster.inventory.models import Device
from quartermaster.lifecycle.actions import disposals, returns
from quartermaster.lifecycle.models import Return, Sanitisation, SurplusLot, WriteOff
from quartermaster.lifecycle.rules.disposals import Way
from quartermaster.lifecycle.rules.returns import Condition, ItemState, ReturnReason
from quartermaster.org.models import Person
from tests.factories import inventory as make


def asked(device: Device, actor: Any, at: Any, **more: Any) -> Return:
    return returns.open_return(
        device_id=device.id, reason=ReturnReason.NOT_NEEDED, **more, actor=actor, at=at
    )


def settled(row: Return, holder: Any, itmd: Any, at: Any) -> Return:
    """The holder states it, ITMD answers the rest."""
    if row.stated_at is None and row.items.filter(code="records").exists():
        returns.state_nothing_left(row=row, confirmed=True, actor=holder, at=at)
    for item in row.items.filter(state="open"):
        returns.answer_item(item=item, state=ItemState.DONE, actor=itmd, at=at)
    return row


def received(device: Device, holder: Any, itmd: Any, at: Any) -> Return:
    row = settled(asked(device, itmd, at), holder, itmd, at)
    return returns.receive_return(row=row, condition=Condition.GOOD, actor=itmd, at=at)


def details(technique: str = "reset", **more: Any) -> returns.SanitisationDetails:
    destroyed = technique == "shred"
    given = {
        "tool": "The device itself",
        "tool_version": "18.1",
        "next_place": "destruction" if destroyed else "stock",
        **more,
    }
    return returns.SanitisationDetails.of(technique=technique, **given)


def sanitised(device: Device, itmd: Any, other: Any, at: Any, **more: Any) -> Sanitisation:
    """Sanitised by one, verified by another."""
    row = returns.record_sanitisation(
        device_id=device.id, details=details(**more), actor=itmd, at=at
    )
    return returns.verify_sanitisation(
        row=row, passed=True, how="Started: it asks for a language", actor=other, at=at
    )


def used_and_back(holder: Person, cast: Any, at: Any) -> Device:
    """A phone that somebody had and gave back."""
    device = make.DeviceFactory(holder=holder, department=holder.department)
    received(device, cast.acting(holder), cast.acting(cast.ida), at)
    device.refresh_from_db()
    return device


def lot(itmd: Any, at: Any, *devices: Device) -> SurplusLot:
    made = disposals.open_lot(title="Phones of 2022", actor=itmd, at=at)
    for device in devices:
        disposals.add_to_lot(lot=made, device_id=device.id, actor=itmd, at=at)
    return made


def disposed(made: SurplusLot, itmd: Any, other: Any, at: Any, cents: int = 100_00) -> SurplusLot:
    disposals.approve_lot(lot=made, actor=other, at=at)
    return disposals.dispose_lot(
        lot=made,
        way=Way.AUCTIONED,
        document="SO-2026-114",
        disposed_on=at.date(),
        proceeds_cents=cents,
        actor=itmd,
        at=at,
    )


def let_go(device: Device, by: Person, at: Any) -> WriteOff:
    """What the database asks for before a City device may be retired."""
    return WriteOff.objects.create(
        device=device,
        kind="mistake",
        reason="Entered twice",
        state="approved",
        asked_at=at,
        asked_by=by,
        decided_at=at,
        decided_by=by,
        decision="A correction.",
    )
