"""Evaluating devices: outcomes kept, findings opened and closed by the edge, not the level."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from quartermaster.compliance import permits, queries
from quartermaster.compliance.actions.opening import close_findings
from quartermaster.compliance.actions.outcomes import keep
from quartermaster.compliance.looking import Stamps, touch_what_stands
from quartermaster.compliance.models import Evaluation, Finding, Look
from quartermaster.compliance.rules.findings import BY_PEOPLE, LIVE, FindingState
from quartermaster.compliance.rules.outcome import Result
from quartermaster.compliance.sharing import shared
from quartermaster.compliance.subjects import NO_ANSWER, Reader
from quartermaster.inventory.models import Device
from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, require

LOOKED_AT_ONCE = 5000
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
    with act(actor, at) as doing:
        # one evaluation of a device at a time, so that one failure is one finding
        (held,) = _held([device.id])
        common = shared(at)
        stamps = common.of([held.id])
        answers = common.reader.answers([held])
        keep([held], answers, stamps, doing)
    return answers.get(held.id, NO_ANSWER).results


def evaluate_devices(*, device_ids: Iterable[UUID], actor: Actor, at: datetime) -> int:
    """Evaluate many devices, batch by batch, as `evaluate_device` does one; how many (G-10).

    Those whose last answer stands are looked at only.
    """
    require(actor, permits.EVALUATE)
    looking, count = _Looking(actor, at), 0
    for ids in _batches(device_ids, LOOKED_AT_ONCE):
        count += looking.at(ids)
    return count


def evaluate_due(
    *, actor: Actor, at: datetime, limit: int = MOST_AT_ONCE, batch: int = LOOKED_AT_ONCE
) -> int:
    """Look at what nobody looked at for an hour, or what time may have changed; how many.

    What another worker has in hand is passed over. What is left when ``limit`` is reached, or when
    a worker dies, is due still (G-10).
    """
    require(actor, permits.EVALUATE)
    looking, count = _Looking(actor, at, pass_over=True), 0
    after: UUID | None = None
    while count < limit:
        due = queries.devices_due(at, looking.reader.book)
        rows = (due.filter(id__gt=after) if after else due).values_list("id", flat=True)
        ids = list(rows[: min(batch, limit - count)])
        if not ids:
            return count
        count, after = count + looking.at(ids), ids[-1]
    return count


class _Looking:
    """Looks at devices; evaluates those whose last answer does not stand."""

    def __init__(self, actor: Actor, at: datetime, *, pass_over: bool = False) -> None:
        self.reader = Reader(at)
        self._stamps = Stamps(self.reader)
        self._actor, self._at, self._pass_over = actor, at, pass_over

    def at(self, device_ids: Sequence[UUID]) -> int:
        """Look at these; how many there were, less those that others have in hand."""
        stamps = self._stamps.of(device_ids)
        with transaction.atomic():
            standing = touch_what_stands(stamps, self._at)
        left = [key for key in device_ids if key in stamps and key not in standing]
        return len(standing) + sum(self._evaluate(ids, stamps) for ids in _batches(left, BATCH))

    def _evaluate(self, device_ids: Sequence[UUID], stamps: Mapping[UUID, str]) -> int:
        with act(self._actor, self._at) as doing:
            rows = list(_held(device_ids, pass_over=self._pass_over))
            keep(rows, self.reader.answers(rows), stamps, doing)
        return len(rows)


def _held(device_ids: Sequence[UUID], *, pass_over: bool = False) -> QuerySet[Device]:
    return (
        Device.objects.select_for_update(no_key=True, of=("self",), skip_locked=pass_over)
        .select_related("holder", "department")
        .filter(id__in=device_ids)
        .order_by("id")
    )


def _batches(device_ids: Iterable[UUID], size: int) -> Iterator[list[UUID]]:
    waiting = iter(device_ids)
    while batch := list(islice(waiting, size)):
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
        Look.objects.filter(device=device).delete()
        live = Finding.objects.filter(device=device, state__in=sorted(LIVE)).exclude(
            check_name__startswith=BY_PEOPLE
        )
        close_findings([(item, FindingState.WITHDRAWN, reason) for item in live], doing)
