"""Locking, unlocking, erasing, restarting."""

from dataclasses import dataclass

from quartermaster.drivers.apple.wire.commands.checks import (
    Command,
    message,
    phone,
    pin,
    with_texts,
)
from quartermaster.drivers.apple.wire.errors import Malformed

OBLITERATION = ("Default", "DoNotObliterate", "ObliterateWithWarning", "Always")


@dataclass(frozen=True)
class Erasure:
    """How a device is erased. ``pin`` is a Mac's; ``wifi_profile`` brings a phone back by itself.

    Without a profile for a network, ``return_to_service`` needs a wired or a cellular connection.
    """

    pin: str = ""
    obliteration: str = ""
    preserve_data_plan: bool | None = None
    disallow_proximity_setup: bool | None = None
    return_to_service: bool = False
    management_profile: bytes = b""
    wifi_profile: bytes = b""


def device_lock(*, text: str = "", phone_number: str = "", unlock_pin: str = "") -> Command:
    """Lock the screen; a Mac with a PIN restarts and asks for it."""
    return with_texts(
        {"RequestType": "DeviceLock"},
        Message=message(text),
        PhoneNumber=phone(phone_number) if phone_number else "",
        PIN=pin(unlock_pin) if unlock_pin else "",
    )


def clear_passcode(unlock_token: bytes) -> Command:
    if not unlock_token:
        raise Malformed("The passcode cannot be cleared without the device's unlock token.")
    return {"RequestType": "ClearPasscode", "UnlockToken": unlock_token}


def clear_restrictions_password() -> Command:
    return {"RequestType": "ClearRestrictionsPassword"}


def erase_device(how: Erasure) -> Command:
    """Erase everything. Built by one module of the house alone."""
    command: Command = {"RequestType": "EraseDevice"}
    if how.pin:
        command["PIN"] = pin(how.pin)
    if how.obliteration:
        if how.obliteration not in OBLITERATION:
            raise Malformed("The behaviour is none that a Mac knows.")
        command["ObliterationBehavior"] = how.obliteration
    for key, value in (
        ("PreserveDataPlan", how.preserve_data_plan),
        ("DisallowProximitySetup", how.disallow_proximity_setup),
    ):
        if value is not None:
            command[key] = value
    if how.return_to_service:
        command["ReturnToService"] = _return_to_service(how)
    return command


def remove_management(identifier: str) -> Command:
    """Remove the profile that enrolled the device, and with it all that came by it.

    Built by one module of the house alone.
    """
    if not identifier:
        raise Malformed("The profile to be removed has no name.")
    return {"RequestType": "RemoveProfile", "Identifier": identifier}


def _return_to_service(how: Erasure) -> Command:
    back: Command = {"Enabled": True}
    if how.management_profile:
        back["MDMProfileData"] = how.management_profile
    if how.wifi_profile:
        back["WiFiProfileData"] = how.wifi_profile
    return back


def restart_device(*, notify_user: bool | None = None) -> Command:
    """Restart; of a Mac, ``notify_user`` lets its user choose the moment."""
    command: Command = {"RequestType": "RestartDevice"}
    if notify_user is not None:
        command["NotifyUser"] = notify_user
    return command


def shut_down_device() -> Command:
    return {"RequestType": "ShutDownDevice"}
