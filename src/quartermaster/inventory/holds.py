"""Holds: rooms above may say that a device must stay as it is. None does unless it registers."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from quartermaster.inventory.models import Device

# answers the key of each hold with a sentence for whoever is refused
Check = Callable[[Device, datetime], Mapping[str, str]]

_CHECKS: list[Check] = []


def register(check: Check) -> Check:
    """Have every erasure and every way out of the City's property ask this first."""
    if check not in _CHECKS:
        _CHECKS.append(check)
    return check


def forget(check: Check) -> None:
    _CHECKS.remove(check)


def holds_on(device: Device, at: datetime) -> dict[str, str]:
    """What holds this device, by key, each with its sentence."""
    found: dict[str, str] = {}
    for check in _CHECKS:
        found.update(check(device, at))
    return found


def hold_on(device: Device, at: datetime, *, but: Collection[str] = ()) -> str:
    """Why this device must stay as it is, as a sentence; empty where nothing holds it.

    Args:
        device: the device.
        at: now.
        but: keys of holds which those who may have agreed to pass over.
    """
    found = holds_on(device, at).items()
    return next((said for key, said in sorted(found) if key not in but), "")
