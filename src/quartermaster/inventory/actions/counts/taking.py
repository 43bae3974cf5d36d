"""Opening, closing and signing a count."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from quartermaster.inventory.actions.common import the_department
from quartermaster.inventory.models import (
    Accessory,
    CountEntry,
    Device,
    DeviceStatus,
    Ownership,
    StockCount,
)
from quartermaster.inventory.permits import COUNT_TAKE
from quartermaster.inventory.rules.counts import COUNT
from quartermaster.inventory.states import DIFFERENCES, CountState, Seen
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.permits import Actor, require


def open_count(*, department_id: UUID, place: str = "", actor: Actor, at: datetime) -> StockCount:
    """Begin to count what a department has in stock; what is expected is noted now (C-3)."""
    with act(actor, at) as doing:
        require(actor, COUNT_TAKE, department_id=department_id)
        department = the_department(department_id)
        try:
            with transaction.atomic():
                made = StockCount.objects.create(
                    department=department,
                    place=" ".join(place.split())[:80],
                    opened_at=at,
                    opened_by=actor.label,
                )
        except IntegrityError as problem:
            raise Conflict("A count of this is open already. Go on with that one.") from problem
        devices = Device.objects.filter(
            department=department, status=DeviceStatus.IN_STOCK, ownership=Ownership.CITY
        )
        kits = Accessory.objects.filter(department=department, holder=None, retired=False)
        expected = [CountEntry(count=made, device=one, seen=Seen.EXPECTED) for one in devices]
        expected += [CountEntry(count=made, accessory=one, seen=Seen.EXPECTED) for one in kits]
        CountEntry.objects.bulk_create(expected, batch_size=1000)
        doing.record("inventory.count.opened", made, expected=len(expected), place=made.place)
    return made


def the_count(count_id: UUID, actor: Actor) -> StockCount:
    """A count to change, locked; `NotFound` where the actor may not take it."""
    rows = StockCount.objects.select_for_update(of=("self",)).select_related("department")
    count = rows.filter(id=count_id).first()
    if count is None:
        raise NotFound("There is no such count.")
    require(actor, COUNT_TAKE, department_id=count.department_id)
    return count


def close_count(*, count_id: UUID, actor: Actor, at: datetime) -> StockCount:
    """End the scanning: what was expected and not seen is missing (C-3)."""
    with act(actor, at) as doing:
        count = the_count(count_id, actor)
        _step(count, "close", closed_at=at)
        missing = count.entries.filter(seen=Seen.EXPECTED).update(seen=Seen.MISSING)
        doing.record("inventory.count.closed", count, missing=missing)
    return count


def cancel_count(*, count_id: UUID, actor: Actor, at: datetime) -> StockCount:
    """Give up a count that was begun by mistake; it changes nothing."""
    with act(actor, at) as doing:
        count = the_count(count_id, actor)
        _step(count, "cancel", closed_at=at)
        doing.record("inventory.count.cancelled", count)
    return count


def sign_off(*, count_id: UUID, actor: Actor, at: datetime) -> StockCount:
    """Put one's name to a count of which every difference is resolved (C-3)."""
    with act(actor, at) as doing:
        count = the_count(count_id, actor)
        open_ones = count.entries.filter(seen__in=DIFFERENCES, resolution="").count()
        if count.state == CountState.COUNTED and open_ones:
            some = "difference is" if open_ones == 1 else "differences are"
            raise Conflict(f"{open_ones} {some} not resolved yet.")
        _step(count, "sign off", signed_at=at, signed_by=actor.label)
        seen = count.entries.values_list("seen", flat=True)
        totals = {str(kind): sum(1 for one in seen if one == kind) for kind in Seen}
        doing.record("inventory.count.signed", count, **totals)
    return count


def _step(count: StockCount, verb: str, **changes: object) -> None:
    was = CountState(count.state)
    changes["state"] = COUNT.target(verb, was)
    if StockCount.objects.filter(id=count.id, state=was).update(**changes) != 1:
        raise Conflict("The count was changed by someone else in the meantime. Look at it again.")
    for name, value in changes.items():
        setattr(count, name, value)
