"""What happens to software when something else happened."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db.models import QuerySet

from quartermaster.inventory import events as inventory
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system
from quartermaster.mdm.actions import software
from quartermaster.mdm.events import DeviceEnrolled, EnrolmentEnded
from quartermaster.mdm.models import DeviceSoftware, Enrolment, Software
from quartermaster.mdm.queries import enrolment_now
from quartermaster.mdm.software import enrolments_of
from quartermaster.mdm.software_events import SoftwareAssigned, SoftwareDecided
from quartermaster.mdm.software_fleets import Shelf
from quartermaster.mdm.states import EnrolmentState
from quartermaster.org.queries import departments_below
from quartermaster.policy.events import RequirementsChanged
from quartermaster.policy.queries.requirements import rulebook

HOUSE = system("device management")
BATCH = 500


@on(DeviceEnrolled)
def deliver_software(event: DeviceEnrolled, at: datetime) -> None:
    """A device that came is brought the applications that it is to have."""
    enrolment = enrolment_now(event.device_id)
    if enrolment is not None and enrolment.id == event.enrolment_id:
        software.start_over(enrolment=enrolment, at=at)
        software.settle(enrolment=enrolment, at=at)


@on(EnrolmentEnded)
def leave_software(event: EnrolmentEnded, at: datetime) -> None:
    """A device that left has nothing managed any longer."""
    software.leave(enrolment_id=event.enrolment_id, actor=HOUSE, at=at)


@on(RequirementsChanged)
def deliver_what_is_required(event: RequirementsChanged, at: datetime) -> None:
    """What is required changed: bring and take away applications accordingly."""
    rows = Enrolment.objects.filter(state=EnrolmentState.ENROLLED).select_related("device")
    if event.department_ids:
        rows = rows.filter(device__department_id__in=event.department_ids)
    _settle_all(rows, at)


@on(SoftwareDecided)
def deliver_what_was_decided(event: SoftwareDecided, at: datetime) -> None:
    """An application was added, changed or retired, or has another version."""
    decided = Software.objects.get(id=event.software_id)
    kept = DeviceSoftware.objects.filter(software=decided)
    kept.filter(state="wanted").update(due_at=at)
    # whoever has it may be brought another version, or other settings
    _settle_all(enrolments_of(decided), at, anyway=set(kept.values_list("enrolment_id", flat=True)))


@on(SoftwareAssigned)
def deliver_what_was_assigned(event: SoftwareAssigned, at: datetime) -> None:
    """Who is to have an application changed."""
    rows = enrolments_of(Software.objects.get(id=event.software_id))
    if event.device_id:
        rows = rows.filter(device_id=event.device_id)
    elif event.department_id:
        rows = rows.filter(device__department_id__in=departments_below({event.department_id}))
    _settle_all(rows, at)


def _settle_all(
    rows: QuerySet[Enrolment], at: datetime, anyway: Collection[UUID] = frozenset()
) -> None:
    """Settle those whose applications are not as they are to be, and those named ``anyway``."""
    if not Software.objects.exists():
        return
    book = rulebook()
    shelf = Shelf(at, book)
    for batch in _batched(rows.select_related("device").iterator(chunk_size=BATCH), BATCH):
        waiting = {row.id for row in shelf.out_of_step(batch)}
        for enrolment in batch:
            if enrolment.id in waiting or enrolment.id in anyway:
                software.settle(enrolment=enrolment, book=book, at=at)


def _batched(rows: Iterable[Enrolment], size: int) -> Iterator[list[Enrolment]]:
    waiting = iter(rows)
    while batch := list(islice(waiting, size)):
        yield batch


@on(inventory.DeviceAssigned)
def deliver_to_the_new_holder(event: inventory.DeviceAssigned, at: datetime) -> None:
    """A device changed hands: what its holder and department are to have may be another."""
    _settle_all(Enrolment.objects.filter(**_enrolled(event.device_id)), at)


@on(inventory.DeviceChanged)
def deliver_to_the_new_place(event: inventory.DeviceChanged, at: datetime) -> None:
    """A device was corrected or moved: its department may be another."""
    _settle_all(Enrolment.objects.filter(**_enrolled(event.device_id)), at)


def _enrolled(device_id: UUID) -> dict[str, object]:
    return {"device_id": device_id, "state": EnrolmentState.ENROLLED}
