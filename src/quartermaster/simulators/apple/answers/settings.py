"""Settings that are no profile: each is answered by itself."""

from collections.abc import Mapping
from typing import Any

from quartermaster.simulators.apple.answers.base import (
    SETTINGS,
    SUPERVISION,
    Answer,
    Handler,
    Refusal,
)
from quartermaster.simulators.apple.state import State

UNKNOWN_ITEM, NOT_SUPERVISED = 28000, 29000
KNOWN = frozenset(
    {
        "ApplicationAttributes",
        "ApplicationConfiguration",
        "Bluetooth",
        "DataRoaming",
        "DeviceName",
        "DiagnosticSubmission",
        "HostName",
        "MDMOptions",
        "OrganizationInfo",
        "PersonalHotspot",
        "TimeZone",
        "VoiceRoaming",
    }
)
SUPERVISED_ON_PHONES = frozenset({"Bluetooth", "DeviceName", "MDMOptions", "TimeZone"})


def _settings(state: State, command: Mapping[str, Any]) -> Answer:
    return {"Settings": [_set(state, item) for item in command.get("Settings", [])]}


def _set(state: State, item: Mapping[str, Any]) -> Answer:
    kind = str(item.get("Item", ""))
    refusal = _refusal(state, kind)
    if refusal is not None:
        return {"Item": kind, "Status": "Error", "ErrorChain": refusal.chain}
    if kind == "DeviceName":
        state.name = str(item["DeviceName"])
    rest = {key: value for key, value in item.items() if key != "Item"}
    state.settings[kind] = rest.get(kind, rest.get("Enabled", rest))
    return {"Item": kind, "Status": "Acknowledged"}


def _refusal(state: State, kind: str) -> Refusal | None:
    if kind not in KNOWN:
        return Refusal(UNKNOWN_ITEM, f"Unknown item: {kind}", SETTINGS)
    if kind in SUPERVISED_ON_PHONES and not state.is_mac and not state.supervised:
        return Refusal(NOT_SUPERVISED, "The device is not supervised.", SUPERVISION)
    return None


HANDLERS: Mapping[str, Handler] = {"Settings": _settings}
