"""A missing device is found: nothing is erased that was not sent yet, and it comes back (G-11)."""

from datetime import datetime
from enum import StrEnum

from quartermaster.inventory import actions as inventory
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, HouseError
from quartermaster.kernel.permits import Actor
from quartermaster.kernel.words import said
from quartermaster.lifecycle import erasing
from quartermaster.lifecycle.actions.losses.common import (
    HOUSE,
    move,
    require_missing,
    require_on,
    the_loss,
)
from quartermaster.lifecycle.actions.losses.lines import release
from quartermaster.lifecycle.actions.losses.replacing import not_needed
from quartermaster.lifecycle.actions.losses.telling import tell_holder
from quartermaster.lifecycle.loss_permits import LOSS_HANDLE, LOSS_REPORT
from quartermaster.lifecycle.models import Loss, Replacement, ReplacementState, WriteOff
from quartermaster.lifecycle.rules.disposals import WriteOffState
from quartermaster.mdm import actions as mdm
from quartermaster.mdm.models import DestructiveTarget
from quartermaster.mdm.queries import enrolment_now
from quartermaster.mdm.rules.destruction import TargetState


class Whither(StrEnum):
    """Where a found device goes."""

    HOLDER = "holder"
    STOCK = "stock"


def mark_found(
    *, loss: Loss, where: str, whither: Whither = Whither.HOLDER, actor: Actor, at: datetime
) -> Loss:
    """Say that a missing device is found: what could still erase it is stopped first (G-11)."""
    with act(actor, at) as doing:
        found = the_loss(loss.id)
        require_on(actor, LOSS_REPORT, found)
        if whither is Whither.STOCK:
            require_on(actor, LOSS_HANDLE, found)
        require_missing(found)
        place = said(where, "Say where it was found", 200, field="where")
        since = found.reported_at
        _stop_erasures(found, doing)
        late = _was_sent(found, since)
        move(
            found,
            "find late" if late else "find",
            doing,
            found_at=at,
            found_where=place,
            closing=late or "It was not erased.",
        )
        doing.record(
            "lifecycle.loss.found-late" if late else "lifecycle.loss.found", found, reason=late
        )
        _end_lost_mode(found, doing)
        release(found, doing)
        WriteOff.objects.filter(loss=found, state=WriteOffState.ASKED).delete()
        not_needed(found, "The device was found.", doing)
        _bring_back(found, whither, doing)
        tell_holder(found, "found-late" if late else "found", doing)
    return found


def _stop_erasures(loss: Loss, doing: Act) -> None:
    """Stop whatever may still erase it, asked for by this case or in another way."""
    for key in erasing.open_requests(loss.device_id):
        why = f"{loss.device.asset_tag} was found."
        try:
            mdm.stop_destruction(request_id=key, reason=why, actor=HOUSE, at=doing.at)
        except Conflict:
            continue  # it has answered just now, which `_was_sent` sees


def _was_sent(loss: Loss, since: datetime) -> str:
    """What became of an order to erase that had reached the device; empty where none had."""
    if loss.erasure is None:
        return ""
    rows = DestructiveTarget.objects.filter(
        enrolment__device_id=loss.device_id,
        request__requested_at__gte=since,
        state__in=[TargetState.RELEASED, TargetState.CONFIRMED, TargetState.UNCONFIRMED],
    )
    target = rows.order_by("-released_at").first()
    if target is None:
        return ""
    if target.state == TargetState.CONFIRMED:
        return "It had confirmed that it was erased: it must be set up anew."
    return "It had been given the order to erase. Look whether it is empty."


def _end_lost_mode(loss: Loss, doing: Act) -> None:
    """End lost mode where it was switched on; the command waits for the device to come in."""
    enrolment = enrolment_now(loss.device_id)
    if not loss.locked or enrolment is None:
        return
    try:
        mdm.perform(
            enrolment=enrolment,
            verb="lost-mode-off",
            arguments={},
            reason="The device was found",
            actor=HOUSE,
            at=doing.at,
        )
    except HouseError as problem:
        doing.record("lifecycle.loss.lost-mode-stays", loss, reason=problem.message)


def _bring_back(loss: Loss, whither: Whither, doing: Act) -> None:
    """Back to its holder, unless they have its replacement by now: then into stock (G-8)."""
    replaced = Replacement.objects.filter(loss=loss, state=ReplacementState.GIVEN).exists()
    to_holder = whither is Whither.HOLDER and loss.device.holder_id is not None and not replaced
    if loss.device.personal or to_holder:
        inventory.hand_back(device_id=loss.device_id, actor=HOUSE, at=doing.at)
    else:
        inventory.unassign(device_id=loss.device_id, actor=HOUSE, at=doing.at)


def close_personal(*, loss: Loss, reason: str, actor: Actor, at: datetime) -> Loss:
    """Close the case of a personal device that is not found: its registration ends (G-2, G-11)."""
    with act(actor, at) as doing:
        found = the_loss(loss.id)
        require_on(actor, LOSS_HANDLE, found)
        if not found.device.personal:
            raise Conflict("A City device is found or written off.")
        why = said(reason, "Say why", 300)
        for key in erasing.open_requests(found.device_id):
            raise Conflict(
                "Its work data is about to be removed; stop that first.", request=str(key)
            )
        move(found, "close", doing, closing=why)
        doing.record("lifecycle.loss.closed", found, reason=why)
        inventory.retire(device_id=found.device_id, actor=HOUSE, at=at)
        tell_holder(found, "closed", doing)
    return found
