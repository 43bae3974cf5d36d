"""Answers in the house's terms: what a device said becomes facts of its posture."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from quartermaster.drivers.apple.wire import plist
from quartermaster.mdm import posture
from quartermaster.mdm.posture import Fact

LARGEST = 8 * 1024 * 1024
MOST_APPLICATIONS = 5000
LONGEST = 200
BLOCK_AND_FILE_ENCRYPTION = 3
_FAMILIES = (("iPhone", "iOS"), ("iPod", "iOS"), ("iPad", "iPadOS"), ("Mac", "macOS"))

Said = Mapping[str, Any]


def facts(kind: str, answer: bytes, at: datetime) -> dict[str, Fact]:
    """The facts in an answer to a command of this kind; none where it says nothing of use."""
    reader = _READERS.get(kind)
    if reader is None:
        return {}
    said = plist.loads(answer, limit=LARGEST)
    return {key: Fact(value, kind, at) for key, value in reader(said).items() if value is not None}


def _device_information(said: Said) -> dict[str, Any]:
    found = _dictionary(said.get("QueryResponses"))
    product = _text(found.get("ProductName"))
    family = next((name for start, name in _FAMILIES if (product or "").startswith(start)), None)
    return {
        posture.DEVICE_NAME: _text(found.get("DeviceName")),
        posture.OS_VERSION: _text(found.get("OSVersion")),
        posture.OS_BUILD: _text(found.get("BuildVersion")),
        posture.OS_FAMILY: family,
        posture.DEVICE_MODEL: _text(found.get("ModelName")) or product,
        posture.DEVICE_SERIAL: _text(found.get("SerialNumber")),
        posture.SUPERVISED: _flag(found.get("IsSupervised")),
    }


def _security_info(said: Said) -> dict[str, Any]:
    found = _dictionary(said.get("SecurityInfo"))
    present = _flag(found.get("PasscodePresent"))
    capability = found.get("HardwareEncryptionCaps")
    encrypted = _flag(found.get("FDE_Enabled"))
    if encrypted is None and isinstance(capability, int) and present is not None:
        # storage is always ciphered by the hardware; a passcode is what makes the key a secret
        encrypted = capability == BLOCK_AND_FILE_ENCRYPTION and present
    protected = _flag(found.get("SystemIntegrityProtectionEnabled"))
    return {
        posture.PASSCODE_PRESENT: present,
        posture.PASSCODE_COMPLIANT: _flag(found.get("PasscodeCompliant")),
        posture.ENCRYPTION: encrypted,
        posture.COMPROMISED: None if protected is None else not protected,
    }


def _applications(said: Said) -> dict[str, Any]:
    listed = said.get("InstalledApplicationList")
    if not isinstance(listed, list):
        return {}
    rows = [_application(item) for item in listed[:MOST_APPLICATIONS] if isinstance(item, dict)]
    return {posture.SOFTWARE: sorted(rows, key=lambda row: (row["identifier"], row["name"]))}


def _application(item: Said) -> dict[str, Any]:
    return {
        "identifier": _text(item.get("Identifier")) or "",
        "name": _text(item.get("Name")) or "",
        "version": _text(item.get("ShortVersion")) or _text(item.get("Version")) or "",
    }


def _profiles(said: Said) -> dict[str, Any]:
    listed = said.get("ProfileList")
    if not isinstance(listed, list):
        return {}
    names = (_text(item.get("PayloadIdentifier")) for item in listed if isinstance(item, dict))
    return {posture.PROFILES: sorted({name for name in names if name})}


def _dictionary(value: Any) -> Said:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return value.strip()[:LONGEST] or None if isinstance(value, str) else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


_READERS: dict[str, Callable[[Said], dict[str, Any]]] = {
    "DeviceInformation": _device_information,
    "SecurityInfo": _security_info,
    "InstalledApplicationList": _applications,
    "ProfileList": _profiles,
}
