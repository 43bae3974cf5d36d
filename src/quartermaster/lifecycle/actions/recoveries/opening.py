"""Opening a recovery when a separation is planned or true, and calling it off."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from quartermaster.billing.actions.line_orders import undo_for
from quartermaster.inventory.models import LIVE, Accessory, Device, DeviceStatus, Line
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require
from quartermaster.lifecycle.actions import transfers
from quartermaster.lifecycle.actions.recoveries.moving import cause_of, move
from quartermaster.lifecycle.models import Recovery, RecoveryItem, RecoveryStep
from quartermaster.lifecycle.recovery_events import RecoveryOpened
from quartermaster.lifecycle.recovery_permits import RECOVERY_KEEP
from quartermaster.lifecycle.rules.recoveries import (
    Days,
    ItemKind,
    OwedState,
    RecoveryState,
    StepKind,
    opening,
    steps_of_case,
    steps_of_item,
)
from quartermaster.org.models import Person
from quartermaster.records.rules.capture import Origin


def announce_recovery(*, person_id: UUID, on: date, actor: Actor, at: datetime) -> Recovery:
    """Open the recovery of a person who is going to leave, so that things come back first (C-4)."""
    with act(actor, at) as doing:
        require(actor, RECOVERY_KEEP)
        recovery = _live(person_id)
        if recovery is None:
            recovery = _open(person_id, on, RecoveryState.ANNOUNCED, doing)
        elif recovery.separated_on != on:
            _put_off(recovery, on, doing)
        _gather(recovery, doing)
    return recovery


def begin_recovery(*, person_id: UUID, on: date, actor: Actor, at: datetime) -> Recovery:
    """Open the recovery of a person who has left, or begin the one that was announced (C-4)."""
    with act(actor, at) as doing:
        require(actor, RECOVERY_KEEP)
        recovery = _live(person_id)
        if recovery is None:
            recovery = _open(person_id, on, RecoveryState.OPEN, doing)
        elif recovery.separated_on != on:
            _put_off(recovery, on, doing)
        if recovery.state == RecoveryState.ANNOUNCED:
            move(recovery, "begin", begun_at=at)
            doing.record("lifecycle.recovery.begun", recovery, on=on.isoformat())
        _gather(recovery, doing)
    return recovery


def call_off_recovery(*, person_id: UUID, actor: Actor, at: datetime) -> None:
    """End the recovery of a person who stays after all; nothing is due of them (C-4)."""
    with act(actor, at) as doing:
        require(actor, RECOVERY_KEEP)
        recovery = _live(person_id)
        if recovery is None:
            return
        reason = "The person stays in the City's service."
        move(recovery, "call off", closed_at=at, closing_reason=reason)
        recovery.steps.filter(done_at=None).update(done_at=at, outcome="Not needed any longer.")
        transfers.withdraw(person_id, reason, doing, Origin.SEPARATION)
        undo_for(cause=cause_of(recovery), reason=reason, actor=actor, at=at)
        doing.record("lifecycle.recovery.called-off", recovery, reason=reason)


def _live(person_id: UUID) -> Recovery | None:
    rows = Recovery.objects.select_for_update(of=("self",)).select_related("person", "department")
    return rows.filter(person_id=person_id, closed_at=None).first()


def _open(person_id: UUID, on: date, state: RecoveryState, doing: Act) -> Recovery:
    person = Person.objects.select_related("department").get(id=person_id)
    recovery = Recovery.objects.create(
        person=person,
        department=person.department,
        state=state.value,
        separated_on=on,
        opened_at=doing.at,
        begun_at=doing.at if state is RecoveryState.OPEN else None,
    )
    _plan(recovery, None, steps_of_case(on, doing.at, days()))
    doing.record("lifecycle.recovery.opened", recovery, on=on.isoformat(), state=state.value)
    doing.emit(RecoveryOpened(recovery.id, person.id))
    return recovery


def _put_off(recovery: Recovery, on: date, doing: Act) -> None:
    """Follow another last day: what was not done yet moves with it."""
    shift = opening(on) - opening(recovery.separated_on)
    for step in recovery.steps.filter(done_at=None).exclude(kind=StepKind.NOTICE):
        step.due_at = max(step.due_at + shift, doing.at)
        step.save(update_fields=["due_at"])
    before, recovery.separated_on = recovery.separated_on, on
    recovery.save(update_fields=["separated_on"])
    days_ = [before.isoformat(), on.isoformat()]
    doing.record("lifecycle.recovery.dated", recovery, on=days_)


def _gather(recovery: Recovery, doing: Act) -> None:
    """Put on the list whatever the person has now and is not on it."""
    begins = max(opening(recovery.separated_on), doing.at)
    for kind, thing, title in _held_by(recovery.person_id):
        item, fresh = RecoveryItem.objects.get_or_create(
            recovery=recovery, kind=kind.value, **thing, defaults={"title": title}
        )
        if not fresh and item.state == OwedState.SETTLED and kind is not ItemKind.RECORDS:
            RecoveryItem.objects.filter(id=item.id).update(
                state=OwedState.DUE.value, settled_at=None, note=""
            )  # it came back and went out again before the last day
            fresh = True
        if fresh and kind is ItemKind.DEVICE:
            transfers.announce(thing["device"], recovery.person_id, Origin.SEPARATION, doing)
        if fresh:
            _plan(recovery, item, steps_of_item(kind, begins, days()))
            doing.record("lifecycle.recovery.due", recovery, thing=title, sort=kind.value)


def _held_by(person_id: UUID) -> Iterator[tuple[ItemKind, dict[str, Any], str]]:
    devices = list(
        Device.objects.select_related("model")
        .filter(holder_id=person_id)
        .exclude(status=DeviceStatus.RETIRED)
        .order_by("asset_tag")
    )
    for device in devices:
        kind = ItemKind.PERSONAL if device.personal else ItemKind.DEVICE
        model = device.model or device.get_device_class_display()
        yield kind, {"device": device}, f"{device.asset_tag}, {model}"
    for line in Line.objects.filter(holder_id=person_id, status__in=LIVE).order_by("number"):
        yield ItemKind.LINE, {"line": line}, f"{line}, {line.carrier}"
    for accessory in Accessory.objects.filter(holder_id=person_id, retired=False):
        yield ItemKind.ACCESSORY, {"accessory": accessory}, str(accessory)
    if devices:
        title = "Word that no record is left on a device, or that it was handed over"
        yield ItemKind.RECORDS, {}, title


def _plan(
    recovery: Recovery, item: RecoveryItem | None, steps: Mapping[StepKind, datetime]
) -> None:
    RecoveryStep.objects.bulk_create(
        (
            RecoveryStep(recovery=recovery, item=item, kind=kind.value, due_at=due)
            for kind, due in steps.items()
        ),
        ignore_conflicts=True,
    )


def days() -> Days:
    """The city's periods."""
    return Days(**settings.RECOVERY_DAYS)
