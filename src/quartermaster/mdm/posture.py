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
UPDATE_STATE = "update.state"
UPDATE_PENDING = "update.pending"
UPDATE_FAILURE = "update.failure"
MANAGED_SOFTWARE = "software.managed"
DECLARED = "declarations.active"  # by identifier, the token of what stands
SUPPORTED = "declarations.supported"
REFUSED = "declarations.refused"  # by kind, the version of the system that said so
EVERYTHING = "*"
LOST_MODE = "lost_mode"
ACTIVATION_LOCKED = "activation.locked"
DISK_KEY_PRESENT = "encryption.recovery_key"
RECOVERY_LOCKED = "recovery.locked"
TOKEN_ALLOWED = "bootstrap.allowed"  # noqa: S105 (the name of a fact)
CERTIFICATES = "certificates.installed"
ACCOUNTS = "accounts.local"
UPDATES = "updates.available"
UPDATE_PROGRESS = "updates.progress"
RESTRICTED = "restrictions.active"

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
    DEVICE_NAME: "Device name",
    DEVICE_MODEL: "Model",
    DEVICE_PRODUCT: "Product",
    DEVICE_SERIAL: "Serial number",
    UPDATE_STATE: "Update",
    UPDATE_PENDING: "Update that waits",
    UPDATE_FAILURE: "Why an update failed",
    MANAGED_SOFTWARE: "Software of the City",
    LOST_MODE: "Lost mode",
    ACTIVATION_LOCKED: "Locked to an account",
    DISK_KEY_PRESENT: "Recovery key of the disk made",
    RECOVERY_LOCKED: "Recovery system locked",
    TOKEN_ALLOWED: "Bootstrap token accepted",
    CERTIFICATES: "Certificates",
    ACCOUNTS: "Local accounts",
    UPDATES: "Updates available",
    UPDATE_PROGRESS: "Updates under way",
    RESTRICTED: "Restrictions in force",
    LAST_SEEN: "Last check-in",
}


@dataclass(frozen=True)
class Fact:
    """One thing observed. ``source`` names the answer it came from."""

    value: Any
    source: str
    observed_at: datetime


Posture = Mapping[str, Fact]
