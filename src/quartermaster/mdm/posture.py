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
DEVICE_NAME = "device.name"
DEVICE_MODEL = "device.model"
DEVICE_PRODUCT = "device.product"
DEVICE_SERIAL = "device.serial"
LAST_SEEN = "checkin.last_seen"

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
    DEVICE_NAME: "Device name",
    DEVICE_MODEL: "Model",
    DEVICE_PRODUCT: "Product",
    DEVICE_SERIAL: "Serial number",
    LAST_SEEN: "Last check-in",
}


@dataclass(frozen=True)
class Fact:
    """One thing observed. ``source`` names the answer it came from."""

    value: Any
    source: str
    observed_at: datetime


Posture = Mapping[str, Fact]
