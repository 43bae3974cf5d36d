"""Who is to have an application: departments, single devices, and holders who wish for it."""

from datetime import datetime

from django.db import IntegrityError, transaction

from quartermaster.inventory.models import Device
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import software_permits as permits
from quartermaster.mdm.models import (
    DeviceSoftware,
    Enrolment,
    Origin,
    Purpose,
    Software,
    SoftwareAssignment,
)
from quartermaster.mdm.queries import enrolment_now
from quartermaster.mdm.software import offered_to
from quartermaster.mdm.software_events import SoftwareAssigned
from quartermaster.mdm.software_states import SOFTWARE, SOFTWARE_LIVE, SoftwareState
from quartermaster.org.models import Department


def assign_software(
    *,
    software: Software,
    purpose: Purpose,
    department: Department | None = None,
    device: Device | None = None,
    actor: Actor,
    at: datetime,
) -> SoftwareAssignment:
    """Give an application to a department or a device, to have or to choose (G-4).

    An earlier assignment to the same ends.

    Raises:
        InvalidInput: neither or both are named, or it is not for this device's system.
        Conflict: it is retired, or was assigned at the same time.
    """
    require(actor, permits.SOFTWARE_MANAGE)
    if (department is None) is (device is None):
        raise InvalidInput("Name a department or a device.")
    if device is not None and device.platform not in software.platforms:
        raise InvalidInput(f"{software.title} is not for the system of {device.asset_tag}.")
    if software.retired_at is not None:
        raise Conflict("It is retired.")
    with act(actor, at) as doing:
        SoftwareAssignment.objects.filter(
            software=software, department=department, device=device, ended_at=None
        ).update(ended_at=at, ended_by=actor.label)
        try:
            with transaction.atomic():
                made = SoftwareAssignment.objects.create(
                    software=software,
                    department=department,
                    device=device,
                    purpose=purpose,
                    made_at=at,
                    made_by=actor.label,
                )
        except IntegrityError as problem:
            raise Conflict("It was assigned at the same time; look again.") from problem
        doing.record(
            "mdm.software.assigned",
            software,
            to=str(department or device),
            purpose=str(purpose),
        )
        doing.emit(_told(made))
    return made


def end_assignment(*, assignment: SoftwareAssignment, actor: Actor, at: datetime) -> None:
    """End an assignment: where nothing else asks for the application, it is removed (G-4)."""
    require(actor, permits.SOFTWARE_MANAGE)
    with act(actor, at) as doing:
        rows = SoftwareAssignment.objects.filter(id=assignment.id, ended_at=None)
        if rows.update(ended_at=at, ended_by=actor.label) != 1:
            raise Conflict("This assignment has ended already.")
        assignment.refresh_from_db()
        doing.record(
            "mdm.software.unassigned",
            assignment.software,
            to=str(assignment.department or assignment.device),
        )
        doing.emit(_told(assignment))


def _told(row: SoftwareAssignment) -> SoftwareAssigned:
    return SoftwareAssigned(
        software_id=row.software_id, department_id=row.department_id, device_id=row.device_id
    )


def wish_for(*, software: Software, device: Device, actor: Actor, at: datetime) -> DeviceSoftware:
    """The holder has an offered application installed (G-4).

    Raises:
        Conflict: it is not offered to this device, or the device is not enrolled.
    """
    require(
        actor,
        permits.SOFTWARE_WISH,
        person_id=device.holder_id,
        department_id=device.department_id,
    )
    enrolment = _enrolled(device)
    if software.id not in {item.id for item in offered_to(device)}:
        raise Conflict(f"{software.title} is not offered to this device, or is on its way.")
    wish = {
        "origin": Origin.WISH,
        "state": SoftwareState.WANTED,
        "wished_at": at,
        "attempts": 0,
        "reason": "",
        "command": None,
        "changed_at": at,
        "due_at": at,
    }
    with act(actor, at) as doing:
        row, fresh = DeviceSoftware.objects.get_or_create(
            enrolment=enrolment, software=software, defaults={"device": device, **wish}
        )
        # of two wishes at once the second finds it on its way, and must not have it sent twice
        gone = DeviceSoftware.objects.filter(id=row.id).exclude(state__in=sorted(SOFTWARE_LIVE))
        if not fresh and not gone.update(**wish):
            raise Conflict(f"{software.title} is on its way to this device already.")
        row.refresh_from_db()
        doing.record("mdm.software.wished", software, device=device.asset_tag)
        doing.emit(SoftwareAssigned(software.id, None, device.id))
    return row


def forget_wish(*, software: Software, device: Device, actor: Actor, at: datetime) -> None:
    """The holder wants it no longer; it is removed unless it is required (G-4)."""
    require(
        actor,
        permits.SOFTWARE_WISH,
        person_id=device.holder_id,
        department_id=device.department_id,
    )
    with act(actor, at) as doing:
        rows = DeviceSoftware.objects.filter(
            device=device, software=software, wished_at__isnull=False
        )
        if not rows.update(wished_at=None, due_at=at):
            raise Conflict("Nobody wished for it on this device.")
        doing.record("mdm.software.wish-forgotten", software, device=device.asset_tag)
        doing.emit(SoftwareAssigned(software.id, None, device.id))


def try_again(*, row: DeviceSoftware, actor: Actor, at: datetime) -> None:
    """Bring it again where it failed or was declined, on a person's word (G-4).

    Raises:
        Conflict: it neither failed nor was declined.
    """
    device = row.device
    require(
        actor,
        permits.SOFTWARE_RETRY,
        person_id=device.holder_id,
        department_id=device.department_id,
    )
    again = {SoftwareState.FAILED, SoftwareState.DECLINED}
    with act(actor, at) as doing:
        target = SOFTWARE.transitions["want again"].target
        rows = DeviceSoftware.objects.filter(id=row.id, state__in=again)
        if rows.update(state=target, attempts=0, command=None, due_at=at, changed_at=at) != 1:
            raise Conflict("It neither failed nor was declined.")
        doing.record("mdm.software.tried-again", row.software, device=device.asset_tag)
        doing.emit(SoftwareAssigned(row.software_id, None, device.id))


def _enrolled(device: Device) -> Enrolment:
    enrolment = enrolment_now(device.id)
    if enrolment is None:
        raise Conflict("The device is not enrolled; nothing can be sent to it.")
    return enrolment
