"""When compliance looks again."""

from datetime import datetime
from uuid import UUID

from quartermaster.compliance import actions, queries
from quartermaster.inventory.events import DeviceAssigned
from quartermaster.inventory.models import Device
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system
from quartermaster.mdm.events import DeviceEnrolled, EnrolmentEnded, PostureReported
from quartermaster.mdm.queries import enrolment_now
from quartermaster.policy.events import RequirementsChanged

HOUSE = system("compliance")


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
    for device in queries.devices_to_evaluate(event.department_ids).iterator(chunk_size=500):
        actions.evaluate_device(device=device, actor=HOUSE, at=at)


@on(EnrolmentEnded)
def let_go(event: EnrolmentEnded, at: datetime) -> None:
    """A device that left management is not judged any longer, unless it came again."""
    if enrolment_now(event.device_id) is None:
        device = Device.objects.get(id=event.device_id)
        reason = "The device is not managed any longer."
        actions.forget_device(device=device, reason=reason, actor=HOUSE, at=at)
