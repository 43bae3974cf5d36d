"""Reading a maker's list of what the City bought: page by page, so that a crash loses nothing.

Called by the house's own tasks, with the lease of the list. Each page is one transaction: its
devices and the cursor behind them are kept together or not at all.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from quartermaster.inventory.models import Device, DeviceStatus
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import Actor
from quartermaster.mdm.makers import Listed, ListedPage
from quartermaster.mdm.models import DeviceList, ListedDevice, ServiceCredential
from quartermaster.mdm.rules.listing import READ_EVERY, pause_after, supersedes

LEASE = timedelta(minutes=15)
_TOLD = (
    "model",
    "description",
    "colour",
    "asset_tag",
    "family",
    "device_class",
    "platform",
    "assigned_at",
    "assigned_by",
    "profile_status",
    "profile_id",
    "profile_assigned_at",
)
_KEPT = ("list", "device", "listed_at", "changed_at", "removed_at", "assign_due_at")


class LeaseLost(Conflict):
    """Somebody else works on the list now; what was read is not kept."""

    code = "lease-lost"


def open_list(*, credential: ServiceCredential, at: datetime) -> DeviceList:
    """The standing of the list that a credential opens; begun where there is none yet."""
    found, _ = DeviceList.objects.get_or_create(
        driver=credential.driver, identity=credential.identity, defaults={"due_at": at}
    )
    return found


def lease_list(*, list_id: UUID, at: datetime) -> UUID | None:
    """Take the list to work on, if it is due and nobody has it; None otherwise."""
    lease = new_id()
    free = Q(locked_until=None) | Q(locked_until__lte=at)
    rows = DeviceList.objects.filter(free, id=list_id, due_at__lte=at)
    taken = rows.update(lease=lease, locked_until=at + LEASE)
    return lease if taken else None


def the_list(list_id: UUID, lease: UUID) -> DeviceList:
    """The list, locked until the transaction ends. `LeaseLost` where it is another's now."""
    rows = DeviceList.objects.select_for_update().filter(id=list_id, lease=lease)
    found = rows.first()
    if found is None:
        raise LeaseLost("Somebody else reads this list now.")
    return found


def the_standing(list_id: UUID) -> DeviceList:
    """Where the reading stands; for whoever holds the lease."""
    return DeviceList.objects.get(id=list_id)


def begin_whole(*, list_id: UUID, lease: UUID, actor: Actor, at: datetime) -> None:
    """Begin to read the whole list: for the first time, or as the cursor is of no use any more."""
    with act(actor, at) as doing:
        found = the_list(list_id, lease)
        found.whole, found.cursor, found.cursor_at, found.began_at = True, "", None, at
        found.save(update_fields=["whole", "cursor", "cursor_at", "began_at"])
        doing.record("mdm.list.begun", found, driver=found.driver)


def take_page(
    *, list_id: UUID, lease: UUID, page: ListedPage, actor: Actor, at: datetime
) -> DeviceList:
    """Keep the devices of one page, and the cursor behind it (S-1, G-12).

    Raises:
        LeaseLost: somebody else reads this list now; nothing is kept.
    """
    with act(actor, at) as doing:
        found = the_list(list_id, lease)
        newest = _take_devices(found, page, doing)
        if newest:
            doing.record("mdm.list.page-taken", found, devices=len(page.devices), new=newest)
        found.cursor, found.cursor_at = page.cursor or found.cursor, at
        found.skipped += page.skipped
        found.locked_until = at + LEASE
        found.save(update_fields=["cursor", "cursor_at", "skipped", "locked_until"])
    return found


def _take_devices(found: DeviceList, page: ListedPage, doing: Act) -> int:
    serials = {item.serial for item in page.devices}
    rows = ListedDevice.objects.select_for_update().filter(driver=found.driver, serial__in=serials)
    known = {row.serial: row for row in rows}
    owned = {
        device.serial.upper(): device.id
        for device in Device.objects.filter(serial__in=serials).exclude(status=DeviceStatus.RETIRED)
    }
    count = len(known)
    touched: dict[str, ListedDevice] = {}
    for item in sorted(page.devices, key=_when_told):
        told_at = item.changed_at or (page.as_of if found.whole else None)
        row = known.get(item.serial)
        if row is None:
            if item.removed:
                continue
            row = ListedDevice(driver=found.driver, serial=item.serial, list=found)
            known[item.serial] = row
        touched[item.serial] = row
        if supersedes(told_at=told_at, known_at=row.changed_at):
            _tell(row, found, item, told_at, doing.at)
            row.device_id = owned.get(item.serial, row.device_id)
        elif found.whole:
            row.listed_at = doing.at
    ListedDevice.objects.bulk_create(
        touched.values(),
        update_conflicts=True,
        unique_fields=["driver", "serial"],
        update_fields=[*_KEPT, *_TOLD],
    )
    return len(known) - count


def _when_told(item: Listed) -> float:
    """Oldest first; what bears the same time stays as the service told it."""
    return item.changed_at.timestamp() if item.changed_at else 0.0


def _tell(
    row: ListedDevice, found: DeviceList, item: Listed, told_at: datetime | None, at: datetime
) -> None:
    row.list, row.listed_at = found, at
    row.changed_at = told_at or row.changed_at
    if item.removed:
        row.removed_at = row.removed_at or at
        row.assign_due_at = None
        return
    row.removed_at = None
    for name in _TOLD:
        setattr(row, name, getattr(item, name))


def finish_reading(*, list_id: UUID, lease: UUID, actor: Actor, at: datetime) -> int:
    """The list is read to its end; how many devices are in it no longer (G-12)."""
    with act(actor, at) as doing:
        found = the_list(list_id, lease)
        gone = 0
        if found.whole and found.began_at is not None:
            unseen = Q(listed_at__lt=found.began_at) | ~Q(list=found)
            gone = ListedDevice.objects.filter(unseen, driver=found.driver, removed_at=None).update(
                removed_at=at, assign_due_at=None
            )
            doing.record("mdm.list.read", found, driver=found.driver, gone=gone)
        found.whole, found.finished_at = False, at
        found.save(update_fields=["whole", "finished_at"])
    return gone


def release_list(*, list_id: UUID, lease: UUID, again: bool, at: datetime) -> None:
    """Give the list back: everything went well. ``again``: there is more to do at once."""
    DeviceList.objects.filter(id=list_id, lease=lease).update(
        lease=None,
        locked_until=None,
        attempts=0,
        troubled_at=None,
        due_at=at if again else at + READ_EVERY,
    )


def put_off(*, list_id: UUID, lease: UUID, wait: int, at: datetime) -> datetime:
    """Give the list back after trouble, to be tried again later; when."""
    found = DeviceList.objects.filter(id=list_id, lease=lease).first()
    if found is None:
        return at
    attempts = found.attempts + 1
    due_at = at + pause_after(attempts, wait)
    DeviceList.objects.filter(id=list_id, lease=lease).update(
        lease=None,
        locked_until=None,
        attempts=min(attempts, 1000),
        troubled_at=found.troubled_at or at,
        due_at=due_at,
    )
    return due_at


def name_owner(*, list_id: UUID, owner: str) -> None:
    """Note what the service calls us."""
    DeviceList.objects.filter(id=list_id).update(owner=owner[:300])


def tie_devices(device_ids: Iterable[UUID]) -> int:
    """Tie devices of the inventory to those of the lists by their serial number (S-1)."""
    tied = 0
    for device in Device.objects.filter(id__in=device_ids).exclude(serial=""):
        rows = ListedDevice.objects.filter(serial=device.serial.upper())
        tied += rows.exclude(device=device).update(device=device)
        stale = ListedDevice.objects.filter(device=device).exclude(serial=device.serial.upper())
        stale.update(device=None)  # its serial number was corrected
    return tied
