"""Profiles, declarations and the set-up assistant."""

from collections.abc import Mapping
from typing import Any

from quartermaster.drivers.apple.wire import plist
from quartermaster.drivers.apple.wire.cms import load_signed_data
from quartermaster.drivers.apple.wire.errors import WireError
from quartermaster.simulators.apple.answers.base import (
    INSTALLATION,
    Answer,
    Handler,
    Refusal,
    done,
)
from quartermaster.simulators.apple.state import MANAGEMENT, State

CANNOT_PARSE, NOT_MANAGED, NOT_INSTALLED, NOT_WAITING = 4000, 12013, 12075, 12008
UNKNOWN = 12021
DECLARATIONS_FOR_ALL = 16  # before it, iPhones and iPads took declarations from users' side alone


def profile_in(body: bytes) -> dict[str, Any]:
    """The profile in ``body``, signed or not."""
    if not body.lstrip().startswith(b"<"):
        body = load_signed_data(body)["encap_content_info"]["content"].native
    return plist.loads(body)


def management_of(profile: Mapping[str, Any]) -> Mapping[str, Any]:
    """The one MDM payload of an enrolment profile."""
    return payload_of(profile, MANAGEMENT)


def payload_of(profile: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    (found,) = (item for item in profile["PayloadContent"] if item["PayloadType"] == kind)
    return dict(found)


def _profile_list(state: State, command: Mapping[str, Any]) -> Answer:
    del command  # every profile that is simulated came from the server
    return {
        "ProfileList": [
            {
                "PayloadIdentifier": identifier,
                "PayloadUUID": profile.get("PayloadUUID", ""),
                "PayloadVersion": 1,
                "PayloadDisplayName": profile.get("PayloadDisplayName", ""),
                "PayloadContent": [],
                **({} if state.is_mac else {"IsManaged": True}),
            }
            for identifier, profile in state.profiles.items()
        ]
    }


def _install(state: State, command: Mapping[str, Any]) -> Answer:
    try:
        profile = profile_in(command["Payload"])
        state.profiles[profile["PayloadIdentifier"]] = profile
    except (WireError, KeyError, AttributeError, TypeError) as problem:
        raise Refusal(CANNOT_PARSE, "The profile is invalid.", INSTALLATION) from problem
    return {}


def _remove(state: State, command: Mapping[str, Any]) -> Answer:
    if state.profiles.pop(str(command.get("Identifier", "")), None) is None:
        raise Refusal(NOT_INSTALLED, "The profile is not installed.")
    return {}


def _provisioning(_state: State, _command: Mapping[str, Any]) -> Answer:
    return {"ProvisioningProfileList": []}


def _restrictions(state: State, command: Mapping[str, Any]) -> Answer:
    """Each profile's restrictions and, taken together, what holds: a ban beats a leave."""
    by_profile = {
        identifier: _kinds_of(profile)
        for identifier, profile in state.profiles.items()
        if _kinds_of(profile)
    }
    together: dict[str, dict[str, Any]] = {}
    for kinds in by_profile.values():
        for kind, values in kinds.items():
            together.setdefault(kind, {}).update(values)
    asked = command.get("ProfileRestrictions", False)
    return {"GlobalRestrictions": together, "ProfileRestrictions": by_profile if asked else {}}


def _kinds_of(profile: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for payload in profile.get("PayloadContent", []):
        for key, value in payload.items():
            if key.startswith("Payload"):
                continue
            if isinstance(value, bool):
                found.setdefault("restrictedBool", {})[key] = {"value": value}
            elif isinstance(value, int):
                found.setdefault("restrictedValue", {})[key] = {"value": value}
    return found


def _declarations(state: State, command: Mapping[str, Any]) -> Answer:
    """Taken note of; the device then asks for its declarations by itself."""
    del command  # what it says of tokens is asked for anew
    early = not state.is_mac and int(state.os_version.split(".")[0]) < DECLARATIONS_FOR_ALL
    if early and not state.user_enrolled:
        raise Refusal(UNKNOWN, "Invalid request type: DeclarativeManagement")
    return {}


def _configured(state: State, _command: Mapping[str, Any]) -> Answer:
    if not state.awaiting_configuration:
        raise Refusal(NOT_WAITING, "The device does not wait for its configuration.")
    state.awaiting_configuration = False
    return {}


def _account(state: State, command: Mapping[str, Any]) -> Answer:
    """Only in the set-up assistant, of a Mac."""
    if not state.awaiting_configuration or not state.is_mac:
        raise Refusal(NOT_WAITING, "The device does not wait for its configuration.")
    state.account_configuration = dict(command)
    return {}


HANDLERS: Mapping[str, Handler] = {
    "ProfileList": _profile_list,
    "InstallProfile": _install,
    "RemoveProfile": _remove,
    "ProvisioningProfileList": _provisioning,
    "Restrictions": _restrictions,
    "DeclarativeManagement": _declarations,
    "DeviceConfigured": _configured,
    "UserConfigured": done,
    "AccountConfiguration": _account,
}
