"""Locking, clearing, restarting, erasing."""

from collections.abc import Mapping
from typing import Any

from quartermaster.simulators.apple.answers.base import PASSCODE, Answer, Handler, Refusal
from quartermaster.simulators.apple.state import State

CANNOT_CLEAR = 5013


def _lock(state: State, command: Mapping[str, Any]) -> Answer:
    """A phone needs a passcode to be locked by; a Mac with a PIN asks for that from now on."""
    told = command.get("Message") or command.get("PhoneNumber")
    if state.is_mac:
        state.unlock_pin = str(command.get("PIN", ""))
        state.restarts += 1
        return {"MessageResult": "Success"} if told else {}
    state.locked = bool(state.passcode)
    if not told:
        return {}
    return {"MessageResult": "Success" if state.passcode else "NoPasscodeSet"}


def _clear_passcode(state: State, command: Mapping[str, Any]) -> Answer:
    if not state.unlock_token or command.get("UnlockToken") != state.unlock_token:
        raise Refusal(CANNOT_CLEAR, "The passcode cannot be cleared.", PASSCODE)
    state.passcode = ""
    state.locked = False
    return {}


def _clear_restrictions(state: State, _command: Mapping[str, Any]) -> Answer:
    state.restrictions_password = ""
    return {}


def _restart(state: State, _command: Mapping[str, Any]) -> Answer:
    state.restarts += 1
    state.locked = bool(state.passcode) and not state.is_mac
    return {}


def _shut_down(state: State, _command: Mapping[str, Any]) -> Answer:
    state.running = False
    return {}


def _erase(state: State, command: Mapping[str, Any]) -> Answer:
    """It says yes, and is gone."""
    state.erased = dict(command)
    return {}


HANDLERS: Mapping[str, Handler] = {
    "DeviceLock": _lock,
    "ClearPasscode": _clear_passcode,
    "ClearRestrictionsPassword": _clear_restrictions,
    "RestartDevice": _restart,
    "ShutDownDevice": _shut_down,
    "EraseDevice": _erase,
}
