"""Which files are in force: rows beside the files, changed in one act."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from quartermaster.files.models import StoredFile
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import Actor
from quartermaster.usage.models import DetailFile, DisposalKind, UsageCycle
from quartermaster.usage.rules.cycles import Cycle
from quartermaster.usage.rules.fields import Family
from quartermaster.usage.usage_events import DetailChanged
from quartermaster.usage.warehouse import keys, store


def known_cycle(cycle: Cycle) -> UsageCycle | None:
    """The row of a cycle, by its identity."""
    rows = UsageCycle.objects.filter(carrier__iexact=cycle.carrier, account=cycle.account)
    return rows.filter(cycle_from=cycle.from_on, cycle_until=cycle.until_on).first()


def was_destroyed(row: UsageCycle) -> bool:
    """Whether detail of a cycle was destroyed: in whole or, where something is held, in part."""
    if row.disposed_at is not None:
        return True
    return row.disposals.filter(kind=DisposalKind.DETAIL).exists()


def cycle_row(cycle: Cycle, actor: Actor, at: datetime, *, with_key: bool = True) -> UsageCycle:
    """The row of a cycle, made where there is none; with a key where detail is to come.

    Raises:
        Conflict: its detail was destroyed when its time was over.
    """
    row = known_cycle(cycle) or _made(cycle, actor, at)
    if with_key and was_destroyed(row):
        raise Conflict("The usage detail of this cycle was destroyed when its time was over.")
    if with_key and row.sealed_key is None:
        UsageCycle.objects.filter(id=row.id, sealed_key=None, disposed_at=None).update(
            sealed_key=keys.new_sealed(row)
        )
        row.refresh_from_db()
    return row


def _made(cycle: Cycle, actor: Actor, at: datetime) -> UsageCycle:
    until = cycle.until_on
    row = UsageCycle(
        id=new_id(),
        carrier=cycle.carrier,
        account=cycle.account,
        cycle_from=cycle.from_on,
        cycle_until=until,
        month=until.replace(day=1),
        known_at=at,
    )
    try:
        with transaction.atomic(), act(actor, at) as doing:
            row.save(force_insert=True)
            doing.record("usage.cycle.known", row, cycle=str(row))
    except IntegrityError:
        found = known_cycle(cycle)  # another had it first
        if found is None:
            raise
        return found
    return row


def put_in_force(
    *,
    cycle: UsageCycle,
    source: str,
    family: Family,
    written: store.Written,
    refused: int,
    origin: StoredFile | None,
    actor: Actor,
    at: datetime,
) -> DetailFile:
    """Have a file that was written whole take the place of the one in force."""
    with act(actor, at) as doing:
        locked = UsageCycle.objects.select_for_update().get(id=cycle.id)
        if locked.sealed_key is None or bytes(locked.sealed_key) != bytes(cycle.sealed_key or b""):
            store.remove([written.place])
            raise Conflict("The usage detail of this cycle was destroyed in the meantime.")
        before = DetailFile.objects.filter(cycle=cycle, source=source, superseded_at=None)
        replaced: list[Any] = list(before.values_list("digest", flat=True))
        before.update(superseded_at=at)
        kept = DetailFile.objects.create(
            cycle=cycle,
            source=source,
            family=family.value,
            place=written.place,
            rows=written.rows,
            refused=refused,
            size=written.size,
            digest=written.digest,
            origin=origin,
            taken_at=at,
        )
        doing.record(
            "usage.detail.kept",
            kept,
            cycle=str(cycle),
            source=source,
            rows=written.rows,
            refused=refused,
            digest=written.digest,
            replaces=replaced,
        )
        doing.emit(DetailChanged(cycle.id))
    return kept
