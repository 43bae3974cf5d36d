"""How a simulated device answers a command, from its state."""

from collections.abc import Callable, Mapping
from typing import Any

from quartermaster.drivers.apple.wire import plist
from quartermaster.drivers.apple.wire.cms import load_signed_data
from quartermaster.drivers.apple.wire.errors import WireError
from quartermaster.drivers.apple.wire.profile import Rights
from quartermaster.simulators.apple.state import MANAGEMENT, State

Answer = dict[str, Any]
BOTH_ENCRYPTIONS = 3
UNKNOWN_COMMAND, NOT_INSTALLED, BAD_PROFILE, NO_RIGHT = 12021, 12075, 4001, 12008
# Apple's list of what a locked device answers is short; everything else waits for the passcode.
WHILE_LOCKED = frozenset({"DeviceInformation", "ProfileList"})
PRIVATE_QUERIES = frozenset({"UDID", "SerialNumber", "IMEI", "MEID", "WiFiMAC", "PhoneNumber"})
NEEDED = {
    "InstalledApplicationList": Rights.QUERY_APPLICATIONS,
    "SecurityInfo": Rights.QUERY_SECURITY,
    "ProfileList": Rights.INSPECT_PROFILES,
    "InstallProfile": Rights.INSTALL_PROFILES,
    "RemoveProfile": Rights.INSTALL_PROFILES,
}


def answer(state: State, command: Mapping[str, Any]) -> Answer:
    """The answer to one ``Command`` dictionary, without the ids."""
    kind = str(command.get("RequestType", ""))
    handler = _HANDLERS.get(kind)
    if handler is None:
        return failure(UNKNOWN_COMMAND, f"Unknown command: {kind}")
    if state.locked and kind not in WHILE_LOCKED:
        return {"Status": "NotNow"}
    needed = NEEDED.get(kind, Rights(0))
    if not state.user_enrolled and needed & ~Rights(state.rights):
        return failure(NO_RIGHT, "The management profile has no right to this.")
    return {"Status": "Acknowledged", **handler(state, command)}


def failure(code: int, text: str) -> Answer:
    """An error as devices send it."""
    item = {
        "ErrorCode": code,
        "ErrorDomain": "MCMDMErrorDomain",
        "LocalizedDescription": text,
        "USEnglishDescription": text,
    }
    return {"Status": "Error", "ErrorChain": [item]}


def profile_in(body: bytes) -> dict[str, Any]:
    """The profile in ``body``, signed or not."""
    if not body.lstrip().startswith(b"<"):
        body = load_signed_data(body)["encap_content_info"]["content"].native
    return plist.loads(body)


def _device_information(state: State, command: Mapping[str, Any]) -> Answer:
    known = {
        "UDID": state.udid,
        "SerialNumber": state.serial,
        "DeviceName": state.name,
        "OSVersion": state.os_version,
        "BuildVersion": state.build,
        "ProductName": state.product,
        "ModelName": state.model_name,
        "Model": state.product,
        "IsSupervised": state.supervised,
        "DeviceCapacity": 128.0,
        "AvailableDeviceCapacity": 64.0,
        "BatteryLevel": 0.8,
    }
    hidden = PRIVATE_QUERIES if state.user_enrolled else frozenset()
    asked = [key for key in command.get("Queries", []) if key in known and key not in hidden]
    return {"QueryResponses": {key: known[key] for key in asked}}


def _security_info(state: State, _command: Mapping[str, Any]) -> Answer:
    if state.is_mac:
        found: Answer = {
            "FDE_Enabled": state.file_vault,
            "SystemIntegrityProtectionEnabled": state.integrity_protected,
            "AuthenticatedRootVolumeEnabled": state.integrity_protected,
        }
    else:
        found = {
            "HardwareEncryptionCaps": BOTH_ENCRYPTIONS,
            "PasscodeCompliant": state.passcode_complies,
        }
        if not state.user_enrolled:
            found["PasscodePresent"] = bool(state.passcode)
            found["PasscodeCompliantWithProfiles"] = state.passcode_complies
    return {"SecurityInfo": found}


def _installed_applications(state: State, command: Mapping[str, Any]) -> Answer:
    managed_only = command.get("ManagedAppsOnly", False) or state.user_enrolled
    return {
        "InstalledApplicationList": [
            {
                "Identifier": app.identifier,
                "Name": app.name,
                "Version": app.version,
                "ShortVersion": app.version,
                "Installing": False,
            }
            for app in state.apps
            if app.managed or not managed_only
        ]
    }


def _profile_list(state: State, _command: Mapping[str, Any]) -> Answer:
    return {
        "ProfileList": [
            {
                "PayloadIdentifier": identifier,
                "PayloadUUID": profile.get("PayloadUUID", ""),
                "PayloadVersion": 1,
                "PayloadDisplayName": profile.get("PayloadDisplayName", ""),
                "IsManaged": True,
                "PayloadContent": [],
            }
            for identifier, profile in state.profiles.items()
        ]
    }


def _install_profile(state: State, command: Mapping[str, Any]) -> Answer:
    try:
        profile = profile_in(command["Payload"])
        state.profiles[profile["PayloadIdentifier"]] = profile
    except (WireError, KeyError, AttributeError, TypeError):
        return failure(BAD_PROFILE, "The profile is invalid.")
    return {}


def _remove_profile(state: State, command: Mapping[str, Any]) -> Answer:
    if state.profiles.pop(str(command.get("Identifier", "")), None) is None:
        return failure(NOT_INSTALLED, "The profile is not installed.")
    return {}


_HANDLERS: Mapping[str, Callable[[State, Mapping[str, Any]], Answer]] = {
    "DeviceInformation": _device_information,
    "SecurityInfo": _security_info,
    "InstalledApplicationList": _installed_applications,
    "ProfileList": _profile_list,
    "InstallProfile": _install_profile,
    "RemoveProfile": _remove_profile,
}


def management_of(profile: Mapping[str, Any]) -> Mapping[str, Any]:
    """The one MDM payload of an enrolment profile."""
    return payload_of(profile, MANAGEMENT)


def payload_of(profile: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    (found,) = (item for item in profile["PayloadContent"] if item["PayloadType"] == kind)
    return dict(found)
