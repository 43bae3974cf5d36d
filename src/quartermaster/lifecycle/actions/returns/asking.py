"""Asking for a device back, and settling what must be settled before it is received (C-2, C-3)."""

from datetime import date, datetime, time
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from quartermaster.inventory.models import Device, DeviceStatus
from quartermaster.inventory.queries import device_for_update
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.lifecycle.actions import transfers
from quartermaster.lifecycle.actions.returns.common import (
    activation_locked,
    move,
    require_expected,
    tell,
    the_return,
)
from quartermaster.lifecycle.models import Return, ReturnItem
from quartermaster.lifecycle.return_permits import RETURN_OPEN, RETURN_RECEIVE, RETURN_STATE
from quartermaster.lifecycle.rules.returns import (
    DUE,
    HOLDERS,
    LONGEST_DUE,
    MAY_BE_MISSING,
    ItemCode,
    ItemState,
    ReturnReason,
    checklist,
)
from quartermaster.org.models import Person
from quartermaster.records.rules.capture import Origin

STATEMENT = (
    "I state that everything of the City that was on this device has been moved to City systems,"
    " and that no record is left on it alone. I have signed out of my accounts."
)


def open_return(
    *,
    device_id: UUID,
    reason: ReturnReason,
    note: str = "",
    due_on: date | None = None,
    actor: Actor,
    at: datetime,
) -> Return:
    """Ask for a City device to be given back, with its checklist by class and platform (C-3)."""
    with act(actor, at) as doing:
        device = device_for_update(device_id)
        require(actor, RETURN_OPEN, person_id=device.holder_id, department_id=device.department_id)
        holder = _who_has(device)
        due = _due(due_on, at)
        try:
            with transaction.atomic():
                row = Return.objects.create(
                    device=device,
                    holder=holder,
                    department=device.department,
                    reason=reason,
                    note=note.strip()[:300],
                    opened_at=at,
                    opened_by=actor.label[:200],
                    due_at=due,
                    remind_at=due,
                )
        except IntegrityError as race:
            raise Conflict(f"{device} is expected back already.") from race
        _list(row, doing)
        transfers.announce(device, holder.id, Origin.RETURN, doing)
        doing.record(
            "lifecycle.return.opened",
            row,
            device=device.asset_tag,
            reason=reason.value,
            due_at=due.isoformat(timespec="minutes"),
        )
        tell(row, "asked", "asked", [holder], doing, items=list(row.items.all()))
    return row


def _who_has(device: Device) -> Person:
    if device.personal:
        raise Conflict("A personal device is its owner's; end its registration instead.")
    held = device.status in {DeviceStatus.ASSIGNED, DeviceStatus.IN_REPAIR}
    if not held or device.holder is None:
        raise Conflict(f"{device} is with nobody, so nobody gives it back.")
    return device.holder


def _due(due_on: date | None, at: datetime) -> datetime:
    if due_on is None:
        return at + DUE
    due = timezone.make_aware(datetime.combine(due_on, time(17)))
    if not at < due <= at + LONGEST_DUE:
        raise InvalidInput("A day to come, within four months.", field="due_on")
    return due


def _list(row: Return, doing: Act) -> None:
    """The checklist; accessories are asked for with the last device that their holder has."""
    device, holder = row.device, row.holder
    sims = device.sims.filter(retired=False).order_by("iccid").values_list("iccid", flat=True)
    more = holder.devices.exclude(id=device.id).filter(status=DeviceStatus.ASSIGNED).exists()
    held = [] if more else holder.accessories.order_by("asset_tag")
    items = checklist(
        device.device_class,
        device.platform,
        sims=list(sims),
        accessories=[(item.id, str(item)) for item in held],
    )
    ReturnItem.objects.bulk_create(
        ReturnItem(
            belongs_to=row,
            place=place,
            code=item.code,
            title=item.title[:200],
            accessory_id=item.accessory_id,
        )
        for place, item in enumerate(items, 1)
    )
    doing.record("lifecycle.return.listed", row, items=[item.code.value for item in items])


def state_nothing_left(
    *, row: Return, confirmed: bool, note: str = "", actor: Actor, at: datetime
) -> Return:
    """State, as the holder, that nothing of the City is left on the device alone (C-2)."""
    with act(actor, at) as doing:
        found = the_return(row.id)
        require(actor, RETURN_STATE, person_id=found.holder_id)
        require_expected(found)
        if not confirmed:
            raise InvalidInput("State it only where it is so; ask ITMD for help otherwise.")
        if found.stated_at is not None:
            raise Conflict("You have stated it already.")
        _require_saved(found)
        text = f"{STATEMENT} {note.strip()}".strip()[:2000]
        Return.objects.filter(id=found.id).update(statement=text, stated_at=at)
        for item in found.items.filter(code__in=sorted(HOLDERS), state=ItemState.OPEN):
            _answer(item, ItemState.DONE, "Stated by the holder.", doing)
        transfers.settle(found.holder_id, doing, *_OCCASIONS, device_id=found.device_id)
        doing.record("lifecycle.return.stated", found)
        found.refresh_from_db()
    return found


_OCCASIONS = (Origin.RETURN, Origin.LOSS, Origin.SEPARATION)


def _require_saved(row: Return) -> None:
    """What they said themselves is on it must be saved, or given up, each by itself (C-2)."""
    open_ = transfers.announced_by_hand(row.holder_id, row.device_id)
    if open_:
        named = "; ".join(item.about for item in open_[:3])
        raise Conflict(
            f"You said that this is on it and not saved yet: {named}. Save it, or say why it cannot"
            " be saved, and then state this."
        )


def answer_item(
    *, item: ReturnItem, state: ItemState, note: str = "", actor: Actor, at: datetime
) -> ReturnItem:
    """Answer one thing of the checklist as ITMD: done, missing, or not possible and why (C-3)."""
    with act(actor, at) as doing:
        row = the_return(item.belongs_to_id)
        require(actor, RETURN_RECEIVE, person_id=row.holder_id, department_id=row.department_id)
        require_expected(row)
        found = ReturnItem.objects.select_for_update().filter(id=item.id, belongs_to=row).first()
        if found is None:
            raise NotFound("There is no such thing in the checklist.")
        _require_possible(row, found, state, note.strip())
        _answer(found, state, note.strip()[:300], doing)
        if found.code == ItemCode.RECORDS and state is ItemState.WAIVED:
            why = f"Not possible when it came back: {note.strip()}"
            transfers.give_up(row.holder_id, why, doing, *_OCCASIONS, device_id=row.device_id)
        doing.record(
            "lifecycle.return.answered", row, item=found.code, state=state.value, reason=note
        )
    return found


def _require_possible(row: Return, item: ReturnItem, state: ItemState, note: str) -> None:
    code = ItemCode(item.code)
    if state is ItemState.OPEN:
        raise InvalidInput("Say how it stands.", field="state")
    if state is ItemState.MISSING and code not in MAY_BE_MISSING:
        raise InvalidInput("Only a thing can be missing.", field="state")
    if state is ItemState.WAIVED and not note:
        raise InvalidInput("Say why it is not possible.", field="note")
    if state is not ItemState.DONE:
        return
    if code in HOLDERS and row.stated_at is None:
        raise Refused("The holder states this, with their own log-in.")
    if code is ItemCode.ACTIVATION_LOCK and activation_locked(row.device):
        raise Conflict(
            "The device says that it is locked to an account. Have the holder turn it off, or lift"
            " it with the code kept here."
        )


def _answer(item: ReturnItem, state: ItemState, note: str, doing: Act) -> None:
    item.state, item.note = state, note
    item.answered_at, item.answered_by = doing.at, doing.actor.label[:200]
    item.save(update_fields=["state", "note", "answered_at", "answered_by"])


def cancel_return(*, row: Return, reason: str, actor: Actor, at: datetime) -> Return:
    """Call a return off: the holder keeps the device (C-3)."""
    with act(actor, at) as doing:
        found = the_return(row.id)
        require(actor, RETURN_RECEIVE, person_id=found.holder_id, department_id=found.department_id)
        why = reason.strip()
        if not why:
            raise InvalidInput("Say why it is called off.", field="reason")
        move(found, "cancel", at, closing=why[:300])
        over = f"The return was called off: {why}"
        transfers.withdraw(found.holder_id, over, doing, Origin.RETURN, device_id=found.device_id)
        doing.record("lifecycle.return.cancelled", found, reason=why)
        tell(found, "cancelled", "cancelled", [found.holder], doing)
    return found
