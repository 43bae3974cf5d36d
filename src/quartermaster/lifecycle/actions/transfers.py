"""Records that may lie on a device that is lost, goes back, or stays with who leaves (C-2).

The house announces them to the room of records in the person's name, once for each occasion; what
the holder or ITMD says at the return, or at the end of the employment, settles it.
"""

from uuid import UUID

from quartermaster.inventory.models import Device, DeviceClass
from quartermaster.jobs.acts import Act
from quartermaster.kernel.permits import system
from quartermaster.records.actions import capture
from quartermaster.records.actions.capture.announcing import transfer
from quartermaster.records.capture import pending_of
from quartermaster.records.models import Announcement
from quartermaster.records.rules.capture import Origin, Source

HOUSE = system("custody")
_ABOUT = {
    Origin.LOSS: "Records that were on {} when it was reported {}",
    Origin.RETURN: "Records that may be on {}, which is to be given back",
    Origin.SEPARATION: "Records that may be on {} when its holder leaves",
}


def keeps_records(device: Device) -> bool:
    """Whether a record can lie on it at all: a hot-spot passes everything on."""
    return device.device_class != DeviceClass.HOTSPOT


def announce(
    device: Device, person_id: UUID, origin: Origin, doing: Act, what: str = ""
) -> Announcement | None:
    """Announce what may lie on a device, once for each occasion; None where nothing can."""
    if not keeps_records(device):
        return None
    open_ = pending_of(person_id, device.id).filter(origin=origin.value).first()
    return open_ or capture.announce(
        person_id=person_id,
        device_id=device.id,
        about=_ABOUT[origin].format(device.asset_tag, what)[:300],
        source=Source.OTHER,
        origin=origin,
        actor=HOUSE,
        at=doing.at,
    )


def settle(person_id: UUID, doing: Act, *origins: Origin, device_id: UUID | None = None) -> None:
    """Everything is in City systems, as was stated."""
    for row in _open(person_id, device_id, origins):
        transfer(row, doing)


def give_up(
    person_id: UUID, reason: str, doing: Act, *origins: Origin, device_id: UUID | None = None
) -> None:
    """What was on it cannot be saved any longer, and why."""
    for row in _open(person_id, device_id, origins):
        capture.give_up(announcement_id=row.id, reason=reason, actor=HOUSE, at=doing.at)


def withdraw(
    person_id: UUID, reason: str, doing: Act, *origins: Origin, device_id: UUID | None = None
) -> None:
    """The occasion is over: the device stays where it is."""
    for row in _open(person_id, device_id, origins):
        capture.withdraw(announcement_id=row.id, reason=reason, actor=HOUSE, at=doing.at)


def announced_by_hand(person_id: UUID, device_id: UUID) -> list[Announcement]:
    """What somebody said lies on a device and was not saved yet: each thing of its own."""
    rows = pending_of(person_id, device_id).filter(origin=Origin.SELF.value)
    return list(rows.order_by("announced_at", "id"))


def _open(
    person_id: UUID, device_id: UUID | None, origins: tuple[Origin, ...]
) -> list[Announcement]:
    rows = pending_of(person_id, device_id)
    return list(rows.filter(origin__in=[item.value for item in origins]).order_by("id"))
