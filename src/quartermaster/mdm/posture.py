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
ATTESTED = "attestation.good"
ATTESTATION_NOTE = "attestation.note"
ATTESTED_SERIAL = "attestation.serial"
ATTESTED_ID = "attestation.hardware"
ATTESTED_OS = "attestation.os_version"
ATTESTED_INTEGRITY = "attestation.system_integrity"
ATTESTED_BOOT = "attestation.secure_boot"
ATTESTED_EXTENSIONS = "attestation.kernel_extensions"
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
    ATTESTED: "The maker vouches for it",
    ATTESTATION_NOTE: "What the maker's word lacks",
    ATTESTED_SERIAL: "Serial number, vouched for",
    ATTESTED_ID: "Hardware, vouched for",
    ATTESTED_OS: "Version, vouched for",
    ATTESTED_INTEGRITY: "System protection, vouched for",
    ATTESTED_BOOT: "Start-up security, vouched for",
    ATTESTED_EXTENSIONS: "Foreign kernel extensions, vouched for",
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
