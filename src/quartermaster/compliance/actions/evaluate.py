"""Evaluating devices: outcomes kept, findings opened and closed by the edge, not the level."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from quartermaster.compliance import permits, queries
from quartermaster.compliance.actions.opening import close_findings
from quartermaster.compliance.actions.outcomes import keep
from quartermaster.compliance.models import Evaluation, Finding
from quartermaster.compliance.rules.findings import BY_PEOPLE, LIVE, FindingState
from quartermaster.compliance.rules.outcome import Result
from quartermaster.compliance.subjects import Reader
from quartermaster.inventory.models import Device
from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, require

BATCH = 500
MOST_AT_ONCE = 20_000


def evaluate_device(*, device: Device, actor: Actor, at: datetime) -> tuple[Result, ...]:
    """Evaluate a device now; open what fails, close what was put right (G-3, G-10, C-1)."""
    require(
        actor,
        permits.EVALUATE,
        person_id=device.holder_id,
        department_id=device.department_id,
    )
    results = queries.results_for(device, at)
    with act(actor, at) as doing:
        # one evaluation of a device at a time, so that one failure is one finding
        Device.objects.select_for_update(no_key=True).get(id=device.id)
        keep([device], {device.id: results}, doing)
    return results


def evaluate_devices(*, device_ids: Iterable[UUID], actor: Actor, at: datetime) -> int:
    """Evaluate many devices, batch by batch, as `evaluate_device` does one; how many (G-10)."""
    require(actor, permits.EVALUATE)
    reader, count = Reader(at), 0
    for batch in _batches(device_ids):
        with act(actor, at) as doing:
            rows = list(
                Device.objects.select_for_update(no_key=True, of=("self",))
                .select_related("holder", "department")
                .filter(id__in=batch)
                .order_by("id")
            )
            keep(rows, _of_each(rows, reader), doing)
        count += len(rows)
    return count


def evaluate_due(
    *, actor: Actor, at: datetime, limit: int = MOST_AT_ONCE, batch: int = BATCH
) -> int:
    """Evaluate what nobody looked at for an hour, as data grows old without a word; how many.

    What another worker has in hand is passed over. What is left when ``limit`` is reached, or when
    a worker dies, is due still (G-10).
    """
    require(actor, permits.EVALUATE)
    reader, count = Reader(at), 0
    after: UUID | None = None
    while count < limit:
        with act(actor, at) as doing:
            due = queries.devices_due(at, reader.book)
            rows = list(
                (due.filter(id__gt=after) if after else due)
                .select_for_update(no_key=True, skip_locked=True, of=("self",))
                .select_related("holder", "department")[: min(batch, limit - count)]
            )
            keep(rows, _of_each(rows, reader), doing)
        if not rows:
            return count
        count, after = count + len(rows), rows[-1].id
    return count


def _of_each(rows: Sequence[Device], reader: Reader) -> Mapping[UUID, tuple[Result, ...]]:
    found = reader.results(rows)
    return {device.id: found.get(device.id, ()) for device in rows}


def _batches(device_ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    waiting = iter(device_ids)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def forget_device(*, device: Device, reason: str, actor: Actor, at: datetime) -> None:
    """Close what is open on a device that is not managed any longer (C-1)."""
    require(
        actor,
        permits.EVALUATE,
        person_id=device.holder_id,
        department_id=device.department_id,
    )
    with act(actor, at) as doing:
        Evaluation.objects.filter(device=device).delete()
        live = Finding.objects.filter(device=device, state__in=sorted(LIVE)).exclude(
            check_name__startswith=BY_PEOPLE
        )
        close_findings([(item, FindingState.WITHDRAWN, reason) for item in live], doing)
