"""The payloads of single declarations, in Apple's keys."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from quartermaster.drivers.apple.wire.profile import Passcode

HOUR = "20:00:00"  # of the device's own clock: after the working day, before the battery is empty

_PASSCODE: Mapping[str, str] = {
    "minimum_length": "MinimumLength",
    "alphanumeric": "RequireAlphanumericPasscode",
    "complex_characters": "MinimumComplexCharacters",
    "history": "PasscodeReuseLimit",
    "maximum_age_days": "MaximumPasscodeAgeInDays",
    "inactivity_minutes": "MaximumInactivityInMinutes",
    "grace_minutes": "MaximumGracePeriodInMinutes",
    "failed_attempts": "MaximumFailedAttempts",
}


def passcode(rules: Passcode) -> dict[str, Any]:
    """``com.apple.configuration.passcode.settings``; what Apple calls complex is not simple."""
    found: dict[str, Any] = {"RequirePasscode": rules.required}
    if rules.allow_simple is False:
        found["RequireComplexPasscode"] = True
    for field, key in _PASSCODE.items():
        value = getattr(rules, field)
        if value is not None:
            found[key] = value
    return found


def update_by(version: str, since: datetime, days: int, zone: str, details: str) -> dict[str, Any]:
    """``com.apple.configuration.softwareupdate.enforcement.specific``."""
    day = since.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    return {
        "TargetOSVersion": version,
        "TargetLocalDateTime": f"{day.isoformat()}T{HOUR}",
        "DetailsURL": details,
    }


def automatic_updates(*, mac: bool) -> dict[str, Any]:
    """``com.apple.configuration.softwareupdate.settings``: updates come by themselves."""
    actions = {"Download": "AlwaysOn", "InstallOSUpdates": "AlwaysOn"}
    if mac:
        actions["InstallSecurityUpdate"] = "AlwaysOn"
    return {
        "AutomaticActions": actions,
        "RapidSecurityResponse": {"Enable": True, "EnableRollback": False},
    }
