"""Holds: other rooms may say that a device must stay as it is. None does unless it registers."""

from collections.abc import Callable
from datetime import datetime

from quartermaster.inventory.models import Device

Check = Callable[[Device, datetime], str]

_CHECKS: list[Check] = []


def register(check: Check) -> Check:
    """Have every erasure ask this first; it answers with a sentence where a hold is on."""
    if check not in _CHECKS:
        _CHECKS.append(check)
    return check


def forget(check: Check) -> None:
    _CHECKS.remove(check)


def hold_on(device: Device, at: datetime) -> str:
    """Why this device must stay as it is, as a sentence; empty where nothing holds it."""
    return next((said for check in _CHECKS if (said := check(device, at))), "")
