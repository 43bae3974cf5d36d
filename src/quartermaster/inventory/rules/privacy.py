"""What the City has of a personal device, in words for its owner (G-1).

Both lists come from the register itself: what is kept are the fields that have a value, what is
refused are the fields that a constraint of the database keeps empty.
"""

from dataclasses import dataclass

from quartermaster.inventory.models import IDENTIFIERS, Device

_KEPT = (
    "asset_tag",
    "model",
    "device_class",
    "platform",
    "department",
    "holder",
    "status",
    "acquired_on",
    "note",
)
NEVER_COLLECTED = (
    "your calls, messages, contacts and calendar",
    "your photographs, files and notes",
    "which websites you visit",
    "which apps you have installed for yourself, and what is in them",
    "where you or the device are",
)


@dataclass(frozen=True)
class Known:
    """What is kept of a personal device, field by field, and what is not."""

    kept: tuple[tuple[str, str], ...]
    refused: tuple[str, ...]
    never: tuple[str, ...] = NEVER_COLLECTED


def known_of(device: Device) -> Known:
    """Everything that the register holds of this device, and the identifiers it refuses."""
    kept = tuple((field_title(n), _read(device, n)) for n in _KEPT if getattr(device, n))
    # management, where it takes place, has the device's own name for itself: no promise on that
    refused = tuple(field_title(name) for name in IDENTIFIERS if name != "udid")
    return Known(kept, refused)


def field_title(name: str) -> str:
    """The name of a device's field as people read it."""
    return str(Device._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # noqa: SLF001 (Django's documented name)


def _read(device: Device, name: str) -> str:
    read = getattr(device, f"get_{name}_display", None)
    return str(read() if read else getattr(device, name))
