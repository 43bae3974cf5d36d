"""Whether a device is known well enough to go out. Rooms above register what they know of it."""

from collections.abc import Callable
from datetime import datetime

from quartermaster.inventory.models import Device

Check = Callable[[Device, datetime], str]

_CHECKS: list[Check] = []


def register(check: Check) -> Check:
    """Have this be asked of an enrolled device; it answers with a sentence where it doubts."""
    if check not in _CHECKS:
        _CHECKS.append(check)
    return check


def forget(check: Check) -> None:
    _CHECKS.remove(check)


def doubt_of(device: Device, at: datetime) -> str:
    """Why this device should not go out yet, as a sentence; empty where nobody doubts."""
    return next((said for check in _CHECKS if (said := check(device, at))), "")
