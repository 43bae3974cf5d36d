"""For whom a device in stock is being made ready. A room above says so; by itself nobody does.

It is enrolled in that person's name before it is theirs, so that it never goes out unmanaged.
"""

from collections.abc import Callable
from uuid import UUID

from quartermaster.inventory.models import Device, DeviceStatus
from quartermaster.org.models import Person

Ask = Callable[[UUID], Person | None]

_ASKED: list[Ask] = []


def register(ask: Ask) -> Ask:
    """Have this be asked for whom a device is meant."""
    if ask not in _ASKED:
        _ASKED.append(ask)
    return ask


def forget(ask: Ask) -> None:
    _ASKED.remove(ask)


def intended_holder(device: Device) -> Person | None:
    """Whom a device in stock is prepared for; None where it is prepared for nobody."""
    if device.status != DeviceStatus.IN_STOCK:
        return None
    return next((person for ask in _ASKED if (person := ask(device.id))), None)
