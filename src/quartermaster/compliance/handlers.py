"""When compliance looks again."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from quartermaster.compliance import actions, queries
from quartermaster.compliance.actions import automatic, cases, extensions
from quartermaster.compliance.events import FindingClosed
from quartermaster.inventory.events import DeviceAssigned, DeviceChanged
from quartermaster.inventory.models import Device
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system
from quartermaster.mdm.events import (
    DeviceCannotBeWoken,
    DeviceEnrolled,
    EnrolmentEnded,
    PostureReported,
)
from quartermaster.mdm.queries import enrolment_now
from quartermaster.org.events import (
    DepartmentCoverageChanged,
    PersonMoved,
    PersonReinstated,
    PersonSeparated,
)
from quartermaster.policy.events import PolicyAcknowledged, RequirementsChanged

HOUSE = system("compliance")


def _evaluate_all(devices: QuerySet[Device], at: datetime) -> None:
    ids = devices.values_list("id", flat=True).distinct().iterator(chunk_size=500)
    actions.evaluate_devices(device_ids=ids, actor=HOUSE, at=at)


def _evaluate(device_id: UUID, at: datetime) -> None:
    device = Device.objects.select_related("holder", "department").get(id=device_id)
    actions.evaluate_device(device=device, actor=HOUSE, at=at)


@on(PostureReported)
def look_at_report(event: PostureReported, at: datetime) -> None:
    _evaluate(event.device_id, at)


@on(DeviceEnrolled)
def look_at_newcomer(event: DeviceEnrolled, at: datetime) -> None:
    _evaluate(event.device_id, at)


@on(DeviceAssigned)
def look_at_new_holder(event: DeviceAssigned, at: datetime) -> None:
    _evaluate(event.device_id, at)


@on(RequirementsChanged)
def look_at_all(event: RequirementsChanged, at: datetime) -> None:
    _evaluate_all(queries.devices_to_evaluate(event.department_ids), at)


@on(PolicyAcknowledged)
def look_at_what_they_hold(event: PolicyAcknowledged, at: datetime) -> None:
    _evaluate_all(queries.devices_to_evaluate().filter(holder_id=event.person_id), at)


@on(PersonSeparated)
def look_at_what_they_leave(event: PersonSeparated, at: datetime) -> None:
    _evaluate_all(queries.devices_to_evaluate().filter(holder_id=event.person_id), at)


@on(PersonReinstated)
def look_at_what_they_have_again(event: PersonReinstated, at: datetime) -> None:
    _evaluate_all(queries.devices_to_evaluate().filter(holder_id=event.person_id), at)


@on(PersonMoved)
def look_at_what_they_take_along(event: PersonMoved, at: datetime) -> None:
    _evaluate_all(queries.devices_to_evaluate().filter(holder_id=event.person_id), at)


@on(DepartmentCoverageChanged)
def look_at_department(event: DepartmentCoverageChanged, at: datetime) -> None:
    _evaluate_all(queries.devices_to_evaluate([event.department_id]), at)


@on(DeviceChanged)
def look_at_changed_device(event: DeviceChanged, at: datetime) -> None:
    _evaluate_all(queries.devices_to_evaluate().filter(id=event.device_id), at)


@on(DeviceCannotBeWoken)
def look_at_sleeper(event: DeviceCannotBeWoken, at: datetime) -> None:
    _evaluate_all(queries.devices_to_evaluate().filter(id=event.device_id), at)


@on(EnrolmentEnded)
def let_go(event: EnrolmentEnded, at: datetime) -> None:
    """A device that left management is not judged any longer, unless it came again."""
    if enrolment_now(event.device_id) is None:
        device = Device.objects.get(id=event.device_id)
        reason = "The device is not managed any longer."
        actions.forget_device(device=device, reason=reason, actor=HOUSE, at=at)


@on(FindingClosed)
def follow_finding(event: FindingClosed, at: datetime) -> None:
    """A case follows the finding that it came from."""
    cases.follow_finding(finding_id=event.finding_id, actor=HOUSE, at=at)
    extensions.lapse_with_finding(finding_id=event.finding_id, actor=HOUSE, at=at)


@on(FindingClosed)
def lift_what_was_done(event: FindingClosed, at: datetime) -> None:
    """What a rule did because of a finding ends with it."""
    automatic.follow_settled(actor=HOUSE, at=at, finding_id=event.finding_id)
