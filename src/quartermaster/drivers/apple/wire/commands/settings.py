"""Settings that are no profile: name, roaming, organisation, options of management."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from quartermaster.drivers.apple.wire.commands.checks import Command, identifier
from quartermaster.drivers.apple.wire.errors import Malformed

LONGEST_NAME = 255
Setting = Mapping[str, Any]


def settings(items: Sequence[Setting]) -> Command:
    """Several settings in one command."""
    if not items:
        raise Malformed("There is nothing to set.")
    return {"RequestType": "Settings", "Settings": [dict(item) for item in items]}


def device_name(name: str) -> Setting:
    text = name.strip()
    if not 0 < len(text) <= LONGEST_NAME or not text.isprintable():
        raise Malformed("The name is empty, too long or not plain.")
    return {"Item": "DeviceName", "DeviceName": text}


def host_name(name: str) -> Setting:
    return {"Item": "HostName", "HostName": device_name(name)["DeviceName"]}


def organisation(name: str, *, phone: str = "", mail: str = "") -> Setting:
    """Who manages the device, as it tells its user."""
    told = {"OrganizationName": name, "OrganizationPhone": phone, "OrganizationEmail": mail}
    kept = {key: value for key, value in told.items() if value}
    return {"Item": "OrganizationInfo", "OrganizationInfo": kept}


def data_roaming(*, enabled: bool) -> Setting:
    return {"Item": "DataRoaming", "Enabled": enabled}


def voice_roaming(*, enabled: bool) -> Setting:
    return {"Item": "VoiceRoaming", "Enabled": enabled}


def personal_hotspot(*, enabled: bool) -> Setting:
    return {"Item": "PersonalHotspot", "Enabled": enabled}


def bluetooth(*, enabled: bool) -> Setting:
    return {"Item": "Bluetooth", "Enabled": enabled}


def diagnostics(*, enabled: bool) -> Setting:
    return {"Item": "DiagnosticSubmission", "Enabled": enabled}


def time_zone(name: str) -> Setting:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as problem:
        raise Malformed("This is no time zone of the IANA data base.") from problem
    return {"Item": "TimeZone", "TimeZone": name}


def activation_lock_while_supervised(*, allowed: bool) -> Setting:
    """Whether the user's own account may lock a supervised device."""
    return {"Item": "MDMOptions", "MDMOptions": {"ActivationLockAllowedWhileSupervised": allowed}}


def application_configuration(bundle: str, configuration: Mapping[str, Any]) -> Setting:
    return {
        "Item": "ApplicationConfiguration",
        "Identifier": identifier(bundle),
        "Configuration": dict(configuration),
    }


def application_removable(bundle: str, *, removable: bool) -> Setting:
    return {
        "Item": "ApplicationAttributes",
        "Identifier": identifier(bundle),
        "Attributes": {"Removable": removable},
    }
