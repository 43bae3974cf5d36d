"""Lost mode."""

from collections.abc import Mapping
from typing import Any

from quartermaster.simulators.apple.answers.base import Answer, Handler, Refusal
from quartermaster.simulators.apple.state import State

CANNOT_ENABLE, NOT_LOST, NO_LOCATION = 12066, 12067, 12068


def _enable(state: State, command: Mapping[str, Any]) -> Answer:
    if not command.get("Message") and not command.get("PhoneNumber"):
        raise Refusal(CANNOT_ENABLE, "Lost mode needs a message or a phone number.")
    state.lost = {key: str(value) for key, value in command.items() if key != "RequestType"}
    return {}


def _require_lost(state: State) -> None:
    if state.lost is None:
        raise Refusal(NOT_LOST, "The device is not in lost mode.")


def _disable(state: State, _command: Mapping[str, Any]) -> Answer:
    _require_lost(state)
    state.lost = None
    return {}


def _locate(state: State, _command: Mapping[str, Any]) -> Answer:
    _require_lost(state)
    if state.position is None:
        raise Refusal(NO_LOCATION, "The location could not be determined.")
    latitude, longitude, accuracy = state.position
    return {
        "Latitude": latitude,
        "Longitude": longitude,
        "HorizontalAccuracy": accuracy,
        "VerticalAccuracy": -1.0,
        "Altitude": 0.0,
        "Speed": -1.0,
        "Course": -1.0,
        "Timestamp": state.positioned_at,
    }


def _play(state: State, _command: Mapping[str, Any]) -> Answer:
    _require_lost(state)
    state.sounds += 1
    return {}


HANDLERS: Mapping[str, Handler] = {
    "EnableLostMode": _enable,
    "DisableLostMode": _disable,
    "DeviceLocation": _locate,
    "PlayLostModeSound": _play,
}
