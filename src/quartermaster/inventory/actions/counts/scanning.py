"""Scanning: several people at once, each thing once."""

from datetime import datetime
from uuid import UUID

from quartermaster.inventory.actions.counts.taking import the_count
from quartermaster.inventory.codes import plain_code, thing_with
from quartermaster.inventory.models import Accessory, CountEntry, Device, StockCount
from quartermaster.inventory.rules.custody import custody_of
from quartermaster.inventory.states import CountState, Seen
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor


def scan(*, count_id: UUID, code: str, actor: Actor, at: datetime) -> CountEntry:
    """Note that a thing was seen; the same thing again changes nothing (C-3).

    Raises:
        Conflict: where the count is closed.
    """
    plain = plain_code(code)
    if not plain:
        raise InvalidInput("Scan or type a tag, a serial number or an IMEI.", field="code")
    with act(actor, at) as doing:
        count = the_count(count_id, actor)
        if count.state != CountState.OPEN:
            raise Conflict("This count is closed; nothing is scanned into it any more.")
        thing = thing_with(plain)
        if thing is None:
            return _unknown(count, plain, doing)
        return _seen(count, thing, plain, doing)


def _unknown(count: StockCount, code: str, doing: Act) -> CountEntry:
    row, _ = CountEntry.objects.get_or_create(
        count=count,
        code=code,
        seen=Seen.UNKNOWN,
        defaults={"scanned_at": doing.at, "scanned_by": doing.actor.label},
    )
    return row


def _seen(count: StockCount, thing: Device | Accessory, code: str, doing: Act) -> CountEntry:
    """The count is locked, so that two people who scan one thing are told the same."""
    of = {"device": thing} if isinstance(thing, Device) else {"accessory": thing}
    row = count.entries.filter(**of).first()
    if row is None:
        custodian = custody_of(thing).custodian.label
        return CountEntry.objects.create(
            count=count,
            code=code,
            seen=Seen.UNEXPECTED,
            whereabouts=f"{custodian}, {thing.department.name}"[:200],
            scanned_at=doing.at,
            scanned_by=doing.actor.label,
            **of,
        )
    if row.seen == Seen.EXPECTED:
        row.seen, row.code = Seen.FOUND, code
        row.scanned_at, row.scanned_by = doing.at, doing.actor.label
        row.save(update_fields=["seen", "code", "scanned_at", "scanned_by"])
        if isinstance(thing, Device):
            Device.objects.filter(id=thing.id).update(confirmed_at=doing.at)
    return row
