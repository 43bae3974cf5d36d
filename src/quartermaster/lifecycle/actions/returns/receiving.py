"""Receiving what comes back: checked, with a receipt, and into quarantine (C-3)."""

from datetime import datetime

from quartermaster.files import actions as files
from quartermaster.files import papers
from quartermaster.files.models import StoredFile
from quartermaster.inventory import actions as inventory
from quartermaster.inventory.actions import Cause
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.dates import written_time
from quartermaster.kernel.errors import InvalidInput, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.lifecycle.actions.recoveries.settling import settle_returned
from quartermaster.lifecycle.actions.returns.common import (
    HOUSE,
    activation_locked,
    move,
    require_expected,
    tell,
    the_return,
)
from quartermaster.lifecycle.models import Return, ReturnItem
from quartermaster.lifecycle.return_errors import ChecklistOpen
from quartermaster.lifecycle.return_permits import RETURN_RECEIVE
from quartermaster.lifecycle.rules.returns import Condition, ItemCode, ItemState

MOST_SAID = 1000


def receive_return(
    *, row: Return, condition: Condition, differences: str = "", actor: Actor, at: datetime
) -> Return:
    """Receive a device once its checklist is settled: into stock, not to be handed out yet (C-3).

    Raises:
        ChecklistOpen: something is not settled, or the device says that it is locked.
        Refused: it is one's own device.
    """
    with act(actor, at) as doing:
        found = the_return(row.id)
        require(actor, RETURN_RECEIVE, person_id=found.holder_id, department_id=found.department_id)
        require_expected(found)
        if actor.speaks_for(found.holder_id):
            raise Refused("Nobody receives their own device; another person at ITMD must.")
        if len(differences) > MOST_SAID:
            raise InvalidInput(f"At most {MOST_SAID:,} characters.", field="differences")
        items = list(found.items.select_related("accessory"))
        _require_settled(found, items)
        said = _differences(items, differences.strip())
        _take_in(found, items, doing)
        _settle(found, items, doing)
        by = actor.label[:200]
        move(found, "receive", at, condition=condition, differences=said, received_by=by)
        receipt = _receipt(found, items, doing)
        Return.objects.filter(id=found.id).update(receipt=receipt)
        found.receipt = receipt
        doing.record(
            "lifecycle.return.received",
            found,
            device=found.device.asset_tag,
            condition=condition.value,
            differences=said,
            receipt=receipt.digest,
        )
        tell(found, "received", "received", [found.holder], doing, [receipt])
    return found


def _require_settled(row: Return, items: list[ReturnItem]) -> None:
    waiting = [item.title for item in items if item.state == ItemState.OPEN]
    if waiting:
        raise ChecklistOpen(f"Not settled yet: {'; '.join(waiting)}.")
    lock = next((item for item in items if item.code == ItemCode.ACTIVATION_LOCK), None)
    if lock is not None and lock.state == ItemState.DONE and activation_locked(row.device):
        raise ChecklistOpen("The device says that it is locked to an account again.")


def _differences(items: list[ReturnItem], more: str) -> str:
    lines = [
        f"{item.get_state_display()}: {item.title}. {item.note}".strip()
        for item in items
        if item.state in {ItemState.MISSING, ItemState.WAIVED}
    ]
    return "\n".join([*lines, more] if more else lines)[:2000]


def _take_in(row: Return, items: list[ReturnItem], doing: Act) -> None:
    """Move what came back: SIMs out, accessories and the device into stock."""
    cause = Cause("Given back", "lifecycle.return", row.id)
    gone = [i.title for i in items if i.code == ItemCode.SIM and i.state == ItemState.MISSING]
    for sim in row.device.sims.filter(retired=False):
        if any(sim.iccid in title for title in gone):
            inventory.retire_sim(sim_id=sim.id, actor=HOUSE, at=doing.at)
        else:
            inventory.put_sim(sim_id=sim.id, device_id=None, actor=HOUSE, at=doing.at)
    for item in items:
        held = item.accessory
        if item.state == ItemState.DONE and held is not None and held.holder_id == row.holder_id:
            inventory.unassign_accessory(accessory_id=held.id, actor=HOUSE, at=doing.at)
    inventory.unassign(device_id=row.device_id, cause=cause, actor=HOUSE, at=doing.at)


def _settle(row: Return, items: list[ReturnItem], doing: Act) -> None:
    """Whoever left owes what is back no longer (C-4)."""
    settle_returned(device_id=row.device_id, actor=HOUSE, at=doing.at)
    for item in items:
        if item.accessory_id is not None:
            settle_returned(accessory_id=item.accessory_id, actor=HOUSE, at=doing.at)


def _receipt(row: Return, items: list[ReturnItem], doing: Act) -> StoredFile:
    shown = {
        "facts": [
            ["Device", row.device.asset_tag],
            ["Model", str(row.device.model or "—")],
            ["Given back by", f"{row.holder}, {row.department.name}"],
            ["Received by", row.received_by],
            ["Received on", written_time(doing.at)],
            ["Condition", row.get_condition_display()],
            ["Why", row.get_reason_display()],
        ],
        "items": [[item.title, item.get_state_display(), item.note or "—"] for item in items],
        "statement": row.statement,
        "differences": row.differences,
    }
    title = f"Receipt for {row.device.asset_tag}"
    content = papers.render(
        "lifecycle/papers/return.typ", shown, title=title, at=doing.at.replace(microsecond=0)
    )
    return files.store(
        content=content,
        media_type=papers.PDF,
        name=f"return-{row.device.asset_tag.replace('/', '-')}.pdf",
        actor=doing.actor,
        at=doing.at,
    )
