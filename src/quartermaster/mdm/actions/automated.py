"""What people do with the devices of a maker's list."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from procrastinate.exceptions import AlreadyEnqueued

from quartermaster.inventory.actions import register
from quartermaster.inventory.models import Device, DeviceClass, Platform
from quartermaster.inventory.permits import DEVICE_MANAGE
from quartermaster.inventory.rules.details import DeviceDetails
from quartermaster.jobs.acts import act
from quartermaster.jobs.queue import app
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import permits
from quartermaster.mdm.credentials import active_credential
from quartermaster.mdm.makers import automating_driver
from quartermaster.mdm.models import DeviceList, ListedDevice

READ_LISTS = "quartermaster.mdm.tasks.read_lists"


def read_soon(*, actor: Actor, at: datetime) -> int:
    """Have every list read now, and what is still unassigned tried again (G-12).

    Raises:
        Conflict: no service has given us a credential for its list.
    """
    require(actor, permits.AUTOMATED_MANAGE)
    with act(actor, at) as doing:
        lists = [found for found in DeviceList.objects.all() if _is_open(found)]
        if not lists:
            raise Conflict("There is no list to read: bring a server token first.")
        for found in lists:
            DeviceList.objects.filter(id=found.id).update(due_at=at)
            doing.record("mdm.list.asked", found, driver=found.driver)
        wake()
    return len(lists)


def _is_open(found: DeviceList) -> bool:
    driver = automating_driver(found.driver)
    if driver is None:
        return False
    credential = active_credential(found.driver, driver.list_kind)
    return credential is not None and credential.identity == found.identity


def wake() -> None:
    """Let a worker look at the lists now; without it, the tick does within minutes."""
    with suppress(AlreadyEnqueued), transaction.atomic():  # somebody asked a moment ago
        app.configure_task(READ_LISTS, queueing_lock="mdm.read-lists").defer(timestamp=0)


def assign_again(*, listed: Iterable[ListedDevice], actor: Actor, at: datetime) -> int:
    """Have the current profile assigned to devices, whatever came of it before (G-10)."""
    require(actor, permits.AUTOMATED_MANAGE)
    keys = [row.id for row in listed]
    with act(actor, at) as doing:
        rows = ListedDevice.objects.filter(id__in=keys, removed_at=None)
        done = rows.update(
            wants_profile=True, assign_due_at=at, assign_attempts=0, profile_id="", outcome=""
        )
        if not done:
            raise Conflict("The device is in the list no longer.")
        for row in ListedDevice.objects.filter(id__in=keys, removed_at=None):
            doing.record("mdm.listed-device.assignment-asked", row, serial=row.serial)
        DeviceList.objects.filter(devices__id__in=keys).update(due_at=at)
        wake()
    return done


def keep_out(*, listed: ListedDevice, actor: Actor, at: datetime) -> None:
    """Have the profile taken from a device, and assign it none by itself any more (G-10)."""
    require(actor, permits.AUTOMATED_MANAGE)
    with act(actor, at) as doing:
        rows = ListedDevice.objects.filter(id=listed.id, removed_at=None, wants_profile=True)
        if rows.update(wants_profile=False, assign_due_at=None, outcome="") != 1:
            raise Conflict("The device is in the list no longer, or has no profile already.")
        doing.record("mdm.listed-device.kept-out", listed, serial=listed.serial)
        DeviceList.objects.filter(id=listed.list_id).update(due_at=at)
        wake()


def take_in(
    *, listed: ListedDevice, department_id: UUID, asset_tag: str = "", actor: Actor, at: datetime
) -> Device:
    """Take a device of the list into the inventory's stock (S-1, G-12).

    That it is in the list proves that it was bought, not that somebody ordered it: the purchase
    itself is matched elsewhere.

    Raises:
        Conflict: the inventory knows it already, or it is of no kind that the City manages.
    """
    require(actor, DEVICE_MANAGE)
    if not listed.device_class or not listed.platform:
        raise Conflict(
            f"A {listed.family or 'device of this kind'} is not taken into the inventory."
        )
    with act(actor, at) as doing:
        row = ListedDevice.objects.select_for_update().get(id=listed.id)
        if row.device_id is not None:
            raise Conflict(f"The inventory knows {row.serial} already.")
        device = register(
            details=DeviceDetails(
                asset_tag=asset_tag,
                device_class=DeviceClass(row.device_class),
                platform=Platform(row.platform),
                serial=row.serial,
                acquired_on=localdate(row.assigned_at) if row.assigned_at else None,
                note=row.description[:300],
            ),
            department_id=department_id,
            actor=actor,
            at=at,
        )
        ListedDevice.objects.filter(id=row.id).update(device=device)
        doing.record("mdm.listed-device.taken-in", row, device=device.asset_tag, serial=row.serial)
    listed.refresh_from_db()
    return device
