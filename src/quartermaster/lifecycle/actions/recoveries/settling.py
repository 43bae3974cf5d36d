"""Settling what came back: seen by the house itself, or said by a person where only they know."""

from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet

from quartermaster.inventory.models import LIVE, DeviceStatus
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, reach, require
from quartermaster.kernel.words import said
from quartermaster.lifecycle.actions import transfers
from quartermaster.lifecycle.actions.recoveries.moving import about, move_owed, permitted
from quartermaster.lifecycle.models import Recovery, RecoveryItem
from quartermaster.lifecycle.recovery_permits import (
    RECOVERY_CONFIRM_OWN,
    RECOVERY_KEEP,
    RECOVERY_MANAGE,
    RECOVERY_PURSUE,
)
from quartermaster.lifecycle.rules.recoveries import (
    SETTLED_BY_WORD,
    STILL_OWED,
    ItemKind,
    OwedState,
)
from quartermaster.records.rules.capture import Origin

HIGHEST_VALUE = 10_000_000  # cents; a phone is dearer only by a slip of the hand


def settle_returned(
    *,
    actor: Actor,
    at: datetime,
    device_id: UUID | None = None,
    accessory_id: UUID | None = None,
) -> int:
    """Settle whatever is with the person no longer, by the inventory itself; how many (C-4)."""
    require(actor, RECOVERY_KEEP)
    rows = _no_longer_held()
    if device_id is not None:
        rows = rows.filter(device_id=device_id)
    if accessory_id is not None:
        rows = rows.filter(accessory_id=accessory_id)
    settled = 0
    for key in list(rows.values_list("id", flat=True)[:1000]):
        with act(actor, at) as doing:
            found = _no_longer_held().select_for_update(of=("self",), skip_locked=True)
            item = found.filter(id=key).first()
            if item is not None:
                _settle(item, _how(item), doing)
                settled += 1
    return settled


def confirm_records(*, item: RecoveryItem, reason: str, actor: Actor, at: datetime) -> RecoveryItem:
    """Note the word that no record is left on a device: the person's own, or who saw to it (C-2).

    The person says it for themselves before they leave; afterwards ITMD or the coordinator does.
    """
    with act(actor, at) as doing:
        recovery = item.recovery
        own = actor.person_id == recovery.person_id
        if own:
            require(actor, RECOVERY_CONFIRM_OWN, person_id=recovery.person_id)
        else:
            permitted(actor, RECOVERY_MANAGE, recovery)
        if item.kind not in SETTLED_BY_WORD:
            raise Conflict("This is settled by the thing coming back, not by word.")
        note = "" if own else said(reason, "Say who saw to it")
        _settle(item, note or "Their own word.", doing)
        if item.kind == ItemKind.RECORDS:
            transfers.settle(recovery.person_id, doing, Origin.SEPARATION, Origin.RETURN)
    return item


def set_value(
    *, item: RecoveryItem, value_cents: int | None, actor: Actor, at: datetime
) -> RecoveryItem:
    """Say what a thing is worth, for the letter that demands it (C-4)."""
    with act(actor, at) as doing:
        permitted(actor, RECOVERY_PURSUE, item.recovery)
        if value_cents is not None and not 0 <= value_cents <= HIGHEST_VALUE:
            raise InvalidInput("Between nothing and $100,000.", field="value")
        rows = RecoveryItem.objects.filter(id=item.id, state=OwedState.DUE)
        if rows.update(value_cents=value_cents) != 1:
            raise Conflict("This is not due any longer.")
        item.refresh_from_db()
        about(item, doing, "valued", cents=value_cents)
    return item


def may_confirm(actor: Actor, recovery: Recovery) -> bool:
    """Whether the actor may give the word about records."""
    if actor.person_id == recovery.person_id:
        return True
    extent = reach(actor, RECOVERY_MANAGE)
    return extent.covers(person_id=recovery.person_id, department_id=recovery.department_id)


def _no_longer_held() -> QuerySet[RecoveryItem]:
    """Things due that are with somebody else, in stock, or ended."""
    person = F("recovery__person_id")
    device = Q(kind__in=["device", "personal"]) & ~Q(device__holder_id=person)
    line = Q(kind="line") & (~Q(line__holder_id=person) | ~Q(line__status__in=LIVE))
    accessory = Q(kind="accessory") & ~Q(accessory__holder_id=person)
    rows = RecoveryItem.objects.select_related("recovery__person", "device", "line", "accessory")
    return rows.filter(device | line | accessory, state__in=STILL_OWED, recovery__closed_at=None)


def _how(item: RecoveryItem) -> str:
    """What became of it, in words."""
    if item.kind == ItemKind.PERSONAL:
        return "The registration ended; City data was to be removed with it."
    if item.device is not None and item.device.status == DeviceStatus.RETIRED:
        return "Taken off the ledger by the City's procedure."
    if item.line is not None and not item.line.live:
        return f"The line is {item.line.get_status_display().lower()}."
    if item.line is not None:
        return "The line is another's now."
    return "It is back."


def _settle(item: RecoveryItem, note: str, doing: Act) -> None:
    move_owed(item, "settle", settled_at=doing.at, note=note[:300])
    item.steps.filter(done_at=None).update(done_at=doing.at, outcome="Not needed: it is settled.")
    about(item, doing, "settled", note=note[:300])
