"""Posture: what is known of a device, each fact with its value, source and time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

PASSCODE_PRESENT = "passcode.present"
PASSCODE_COMPLIANT = "passcode.compliant"
ENCRYPTION = "encryption.enabled"
OS_FAMILY = "os.family"
OS_VERSION = "os.version"
OS_BUILD = "os.build"
COMPROMISED = "compromised"
SOFTWARE = "software.installed"
PROFILES = "profiles.installed"
SUPERVISED = "supervised"
LOST_MODE = "lost_mode"
DEVICE_NAME = "device.name"
DEVICE_MODEL = "device.model"
DEVICE_PRODUCT = "device.product"
DEVICE_SERIAL = "device.serial"
LAST_SEEN = "checkin.last_seen"
UPDATE_STATE = "update.state"
UPDATE_PENDING = "update.pending"
UPDATE_FAILURE = "update.failure"
MANAGED_SOFTWARE = "software.managed"
DECLARED = "declarations.active"  # by identifier, the token of what stands
SUPPORTED = "declarations.supported"
REFUSED = "declarations.refused"  # by kind, the version of the system that said so
EVERYTHING = "*"

# a device gets other settings, or gets them by other means, when one of these changes
DECISIVE = frozenset({SUPERVISED, OS_VERSION, SUPPORTED, REFUSED})

TITLES: Mapping[str, str] = {
    PASSCODE_PRESENT: "Passcode set",
    PASSCODE_COMPLIANT: "Passcode meets the policy",
    ENCRYPTION: "Storage encrypted",
    OS_FAMILY: "Operating system",
    OS_VERSION: "Version",
    OS_BUILD: "Build",
    COMPROMISED: "Rooted or jailbroken",
    SOFTWARE: "Software",
    PROFILES: "Profiles",
    SUPERVISED: "Supervised",
    LOST_MODE: "Lost mode",
    DEVICE_NAME: "Device name",
    DEVICE_MODEL: "Model",
    DEVICE_PRODUCT: "Product",
    DEVICE_SERIAL: "Serial number",
    UPDATE_STATE: "Update",
    UPDATE_PENDING: "Update that waits",
    UPDATE_FAILURE: "Why an update failed",
    MANAGED_SOFTWARE: "Software of the City",
    LAST_SEEN: "Last check-in",
}


@dataclass(frozen=True)
class Fact:
    """One thing observed. ``source`` names the answer it came from."""

    value: Any
    source: str
    observed_at: datetime


Posture = Mapping[str, Fact]
