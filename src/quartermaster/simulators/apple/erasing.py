"""What is left of a device that was erased or let go: the hardware, and what brings it back."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from quartermaster.simulators.apple.state import MANAGEMENT, State

# what is in the hardware or the system, and outlives what was on the device
KEPT = ("product", "model_name", "os_version", "build", "serial", "imei", "udid", "erased")


def wipe(state: State) -> None:
    """Make a device as it came out of its box: no passcode, no profile, no application."""
    fresh = State(**{name: getattr(state, name) for name in KEPT})
    for item in fields(State):
        setattr(state, item.name, getattr(fresh, item.name))


def return_to_service(state: State, install: Callable[[bytes], None]) -> bool:
    """Let an erased device enrol by the profile that the command brought; whether it had one."""
    asked: dict[str, Any] = (state.erased or {}).get("ReturnToService") or {}
    profile = asked.get("MDMProfileData")
    if not asked.get("Enabled") or not profile:
        return False
    state.erased = None
    install(bytes(profile))
    return True


def was_let_go(state: State, command: dict[str, Any]) -> bool:
    """Whether a command has just removed the profile by which the device is managed."""
    removed = command.get("RequestType") == "RemoveProfile"
    return removed and not any(True for _ in state.payloads(MANAGEMENT))
