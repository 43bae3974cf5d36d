"""Telling the ledger and the rooms above who arrived, after the device has its reply."""

from collections.abc import Sequence
from datetime import datetime

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor
from quartermaster.mdm.actions.facts import keep_facts
from quartermaster.mdm.events import DeviceEnrolled
from quartermaster.mdm.models import Arrival, ArrivalStep
from quartermaster.mdm.posture import Fact

BATCH = 200
MOST_BATCHES = 20
TELLER = Actor(label="arrivals of devices")


def tell_arrivals(at: datetime) -> int:
    """Write down what devices did on their way in, and say that they came (G-10).

    A batch is one transaction with one turn at the ledger; a crash repeats it from the start, as
    the rows go with the transaction that tells of them.
    """
    done = 0
    for _ in range(MOST_BATCHES):
        count = _tell_batch(at)
        done += count
        if count < BATCH:
            break
    return done


def _tell_batch(at: datetime) -> int:
    with act(TELLER, at):
        batch = _claim(at)
        for arrival in batch:
            with act(Actor(label=f"device {_tag(arrival)}"), arrival.at) as doing:
                _tell(arrival, doing)
        Arrival.objects.filter(id__in=[item.id for item in batch]).delete()
    return len(batch)


def _claim(at: datetime) -> Sequence[Arrival]:
    rows = Arrival.objects.select_related("enrolment__device").filter(at__lte=at)
    return list(rows.select_for_update(skip_locked=True, of=("self",)).order_by("at", "id")[:BATCH])


def _tag(arrival: Arrival) -> str:
    return arrival.enrolment.device.asset_tag


def _tell(arrival: Arrival, doing: Act) -> None:
    enrolment = arrival.enrolment
    facts = {key: Fact(value, source, arrival.at) for key, (value, source) in arrival.facts.items()}
    keep_facts(enrolment.device_id, facts)
    doing.record(f"mdm.device.{arrival.step}", enrolment, device=_tag(arrival))
    if arrival.step == ArrivalStep.ENROLLED:
        doing.emit(DeviceEnrolled(device_id=enrolment.device_id, enrolment_id=enrolment.id))
