"""How a simulated device answers every command, from its state. One module a group."""

from collections.abc import Mapping
from typing import Any

from quartermaster.drivers.apple.wire.commands.availability import AVAILABLE, why_not
from quartermaster.drivers.apple.wire.profile import Rights
from quartermaster.simulators.apple.answers import (
    accounts,
    applications,
    asking,
    guarding,
    lost_mode,
    profiles,
    secrets,
    settings,
    updates,
)
from quartermaster.simulators.apple.answers.base import SUPERVISION, Answer, Handler, Refusal
from quartermaster.simulators.apple.answers.profiles import management_of, payload_of, profile_in
from quartermaster.simulators.apple.state import State

__all__ = ["HANDLERS", "Answer", "answer", "management_of", "payload_of", "profile_in"]

NOT_AUTHORISED, UNKNOWN_COMMAND, NOT_WHILE_LOST, NOT_SUPERVISED = 12007, 12021, 12078, 29000
HANDLERS: Mapping[str, Handler] = {
    **accounts.HANDLERS,
    **applications.HANDLERS,
    **asking.HANDLERS,
    **guarding.HANDLERS,
    **lost_mode.HANDLERS,
    **profiles.HANDLERS,
    **secrets.HANDLERS,
    **settings.HANDLERS,
    **updates.HANDLERS,
}
# Apple names these as never put off; everything else waits on a locked phone for the passcode
WHILE_LOCKED = frozenset(
    {
        "CertificateList",
        "ClearPasscode",
        "DeviceInformation",
        "DeviceLock",
        "EraseDevice",
        "InstalledApplicationList",
        "ProfileList",
        "ProvisioningProfileList",
        "Restrictions",
    }
)
# lost mode itself locks the screen, so what belongs to it is not put off either
OF_LOST_MODE = frozenset(
    {
        "DeviceLocation",
        "DisableLostMode",
        "EnableLostMode",
        "PlayLostModeSound",
        "RestartDevice",
        "ShutDownDevice",
    }
)
REFUSED_WHILE_LOST = frozenset(
    {"ClearPasscode", "DeviceLock", "InstallApplication", "RemoveApplication", "ScheduleOSUpdate"}
)
NEEDED = {
    "CertificateList": Rights.INSPECT_PROFILES,
    "ClearPasscode": Rights.LOCK_AND_CLEAR_PASSCODE,
    "DeviceLock": Rights.LOCK_AND_CLEAR_PASSCODE,
    "EraseDevice": Rights.ERASE,
    "InstallApplication": Rights.MANAGE_APPLICATIONS,
    "InstallProfile": Rights.INSTALL_PROFILES,
    "InstalledApplicationList": Rights.QUERY_APPLICATIONS,
    "ManagedApplicationList": Rights.MANAGE_APPLICATIONS,
    "ProfileList": Rights.INSPECT_PROFILES,
    "RemoveApplication": Rights.MANAGE_APPLICATIONS,
    "RemoveProfile": Rights.INSTALL_PROFILES,
    "Restrictions": Rights.QUERY_RESTRICTIONS,
    "SecurityInfo": Rights.QUERY_SECURITY,
    "Settings": Rights.SETTINGS,
}


def answer(state: State, command: Mapping[str, Any]) -> Answer:
    """The answer to one ``Command`` dictionary, without the ids."""
    kind = str(command.get("RequestType", ""))
    try:
        handler = _handler_of(state, kind)
        if _is_put_off(state, kind):
            return {"Status": "NotNow"}
        return {"Status": "Acknowledged", **handler(state, command)}
    except Refusal as refusal:
        return {"Status": "Error", "ErrorChain": refusal.chain}


def _handler_of(state: State, kind: str) -> Handler:
    """What carries the command out, if Apple allows it on such a device."""
    handler = HANDLERS.get(kind)
    if handler is None:
        raise Refusal(UNKNOWN_COMMAND, f"Unknown command: {kind}")
    if kind in AVAILABLE:
        _require_available(state, kind)
    if not state.user_enrolled and NEEDED.get(kind, Rights(0)) & ~Rights(state.rights):
        raise Refusal(NOT_AUTHORISED, "The management profile has no right to this.")
    if state.lost is not None and kind in REFUSED_WHILE_LOST:
        raise Refusal(NOT_WHILE_LOST, f"{kind} is not possible in lost mode.")
    return handler


def _require_available(state: State, kind: str) -> None:
    def refuses(*, supervised: bool) -> bool:
        problem = why_not(
            kind,
            mac=state.is_mac,
            version=state.os_version,
            supervised=supervised,
            personal=state.user_enrolled,
        )
        return bool(problem)

    if refuses(supervised=True):
        raise Refusal(UNKNOWN_COMMAND, f"Invalid request type: {kind}")
    if refuses(supervised=state.supervised):
        raise Refusal(NOT_SUPERVISED, "The device is not supervised.", SUPERVISION)


def _is_put_off(state: State, kind: str) -> bool:
    if not state.locked or state.is_mac:
        return False
    return kind not in WHILE_LOCKED | OF_LOST_MODE
