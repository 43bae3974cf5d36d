"""A device asks to be enrolled while it is set up: whether it may, and in whose name."""

from datetime import datetime
from uuid import UUID

from quartermaster.inventory.errors import AmbiguousDevice
from quartermaster.inventory.models import Device, DeviceStatus
from quartermaster.inventory.queries import device_matching
from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, system
from quartermaster.mdm import errors
from quartermaster.mdm.actions.invite import Invited, invite
from quartermaster.mdm.intended import intended_holder
from quartermaster.mdm.makers import Asking
from quartermaster.mdm.models import Invitation, ListedDevice
from quartermaster.mdm.ways import Way
from quartermaster.policy.queries import effective_requirements
from quartermaster.policy.requirements.orders import version_key

HOUSE = system("automated enrolment")


def listed_for(*, driver: str, asking: Asking) -> ListedDevice:
    """The device of the list that asks, tied to the inventory.

    Raises:
        NotListed: the City did not buy it, or let it go.
        RequestReplayed: it has asked since this was signed.
        NotInInventory: bought, and not taken in yet.
    """
    serial = asking.serial.upper()
    listed = ListedDevice.objects.filter(driver=driver, serial=serial, removed_at=None).first()
    if listed is None:
        raise errors.NotListed("This device is not in the list of what the City bought.")
    if asking.signed_at and listed.signed_at and asking.signed_at < listed.signed_at:
        raise errors.RequestReplayed("The device has asked anew since this was signed.")
    if listed.device_id is None:
        listed.device = _in_inventory(serial)
        ListedDevice.objects.filter(id=listed.id).update(device=listed.device)
    return listed


def _in_inventory(serial: str) -> Device:
    try:
        device = device_matching(serial=serial)
    except AmbiguousDevice:
        device = None
    if device is None:
        raise errors.NotInInventory(
            "The City bought this device, and the inventory does not know it yet. Ask ITMD."
        )
    return device


def require_current_system(*, device: Device, asking: Asking, at: datetime) -> None:
    """`UpdateRequired` where the system is below what is required and the device can do it."""
    if not asking.can_update or not asking.os_version:
        return
    effective = effective_requirements(
        device.department_id,
        device.ownership,
        at=at,
        person_id=device.holder_id,
        device_id=device.id,
    )
    lowest = effective.requirements.minimum_os.get(asking.system)
    if lowest and _below(asking.os_version, lowest):
        raise errors.UpdateRequired(lowest)


def _below(version: str, lowest: str) -> bool:
    try:
        return version_key(version.split(" ", maxsplit=1)[0]) < version_key(lowest)
    except ValueError:
        return False  # what it says is no version; what it has is found out once it is enrolled


def admit(
    *, driver: str, asking: Asking, person_id: UUID | None = None, actor: Actor, at: datetime
) -> Invited:
    """Invite a device that asks while it is set up (S-2, G-10, G-12).

    ``person_id``: who has signed in on it. It is theirs, or ITMD makes it ready for them: setting a
    device up hands it out to nobody.

    Raises:
        NotListed, RequestReplayed, NotInInventory: see `listed_for`.
        UpdateRequired: its system is too old; it can update by itself, and then asks again.
        NotTheHolder: it is for somebody else.
        NotManageable: nobody holds it, and nobody has signed in.
        NotAcknowledged: the holder has not acknowledged the policy in force.
    """
    listed = listed_for(driver=driver, asking=asking)
    assert listed.device is not None
    require_current_system(device=listed.device, asking=asking, at=at)
    with act(actor, at) as doing:
        device = _held(listed.device, person_id)
        invited = invite(device=device, way=Way.AUTOMATED, actor=HOUSE, at=at)
        Invitation.objects.filter(id=invited.invitation.id).update(expected_id=asking.external_id)
        ListedDevice.objects.filter(id=listed.id).update(
            asked_at=at, signed_at=asking.signed_at or listed.signed_at
        )
        doing.record(
            "mdm.device.asked-to-enrol",
            listed,
            device=device.asset_tag,
            signed_in=str(person_id) if person_id else "",
        )
    return invited


def _held(device: Device, person_id: UUID | None) -> Device:
    """The device, where it is of whoever signed in or meant for them; as it is where nobody did."""
    if person_id is None or device.holder_id == person_id:
        return device
    if device.status == DeviceStatus.LOST:
        raise errors.NotManageable("This device was reported lost. Bring it to ITMD.")
    meant = intended_holder(device)  # it is theirs once they have signed for it
    if meant is not None and meant.id == person_id:
        return device
    if meant is not None:
        raise errors.NotTheHolder("This device is being made ready for somebody else.")
    raise errors.NotTheHolder(
        "This device is not for you. Ask ITMD to make it ready for you first; you set it up then,"
        " and sign for it."
    )
