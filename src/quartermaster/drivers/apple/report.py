"""From Apple's answers to posture facts. What an answer does not say is no fact, never a pass."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from quartermaster.drivers.apple.wire import plist
from quartermaster.drivers.apple.wire.checkin import Authenticate
from quartermaster.mdm import posture
from quartermaster.mdm.posture import Fact

LARGEST_ANSWER = 8 * 1024 * 1024
LONGEST_LIST = 5_000
LONGEST_TEXT = 255
BLOCK_AND_FILE_ENCRYPTION = 3

Found = Iterator[tuple[str, Any]]


def facts(kind: str, answer: bytes, at: datetime) -> Mapping[str, Fact]:
    """What the answer to a command of this kind says of the device.

    Raises:
        WireError: the answer is not a property list within the limits.
    """
    reader = _READERS.get(kind)
    if reader is None:
        return {}
    said = plist.loads(answer, limit=LARGEST_ANSWER)
    return {key: Fact(value, kind, at) for key, value in reader(said)}


def of_authenticate(said: Authenticate, at: datetime) -> dict[str, Fact]:
    """The system with which a device comes: it decides by what means it gets its settings."""
    told = {posture.OS_VERSION: said.os_version, posture.OS_BUILD: said.build}
    return {
        key: Fact(value[:LONGEST_TEXT], "Authenticate", at) for key, value in told.items() if value
    }


def _device_information(said: Mapping[str, Any]) -> Found:
    answers = _dictionary(said, "QueryResponses")
    for key, fact in (
        ("DeviceName", posture.DEVICE_NAME),
        ("SerialNumber", posture.DEVICE_SERIAL),
        ("BuildVersion", posture.OS_BUILD),
    ):
        if value := _text(answers, key):
            yield fact, value
    if version := _text(answers, "OSVersion"):
        yield posture.OS_VERSION, version
    product = _text(answers, "ProductName")
    if model := _text(answers, "ModelName") or product:
        yield posture.DEVICE_MODEL, model
    if product:
        yield posture.DEVICE_PRODUCT, product
    if family := family_of(product):
        yield posture.OS_FAMILY, family
    for key, fact in (
        ("IsSupervised", posture.SUPERVISED),
        ("IsMDMLostModeEnabled", posture.LOST_MODE),
        ("IsActivationLockEnabled", posture.ACTIVATION_LOCKED),
    ):
        if (flag := _flag(answers, key)) is not None:
            yield fact, flag


def family_of(product: str) -> str:
    """The system of a product by its name (``iPhone17,1``), or empty."""
    for beginning, family in (("iPhone", "iOS"), ("iPod", "iOS"), ("iPad", "iPadOS")):
        if product.startswith(beginning):
            return family
    return "macOS" if "Mac" in product else ""


def _security_info(said: Mapping[str, Any]) -> Found:
    answers = _dictionary(said, "SecurityInfo")
    present = _flag(answers, "PasscodePresent")
    if present is not None:
        yield posture.PASSCODE_PRESENT, present
    compliant = [
        value
        for key in ("PasscodeCompliant", "PasscodeCompliantWithProfiles")
        if (value := _flag(answers, key)) is not None
    ]
    if compliant:
        yield posture.PASSCODE_COMPLIANT, all(compliant)
    if (encrypted := _encrypted(answers, present=present)) is not None:
        yield posture.ENCRYPTION, encrypted
    for key, fact in (
        ("FDE_HasPersonalRecoveryKey", posture.DISK_KEY_PRESENT),
        ("IsRecoveryLockEnabled", posture.RECOVERY_LOCKED),
    ):
        if (flag := _flag(answers, key)) is not None:
            yield fact, flag
    if token := _text(answers, "BootstrapTokenAllowedForAuthentication"):
        yield posture.TOKEN_ALLOWED, token == "allowed"  # noqa: S105 (a word of the answer)
    guards = [
        value
        for key in ("SystemIntegrityProtectionEnabled", "AuthenticatedRootVolumeEnabled")
        if (value := _flag(answers, key)) is not None
    ]
    if guards:  # Macs only: a system whose own protection is off can have been changed
        yield posture.COMPROMISED, not all(guards)


def _encrypted(answers: Mapping[str, Any], *, present: bool | None) -> bool | None:
    """FileVault on a Mac; on a phone the hardware's encryption, which a passcode switches on."""
    if (file_vault := _flag(answers, "FDE_Enabled")) is not None:
        return file_vault
    able = answers.get("HardwareEncryptionCaps")
    if present is None or not isinstance(able, int):
        return None
    return present and able == BLOCK_AND_FILE_ENCRYPTION


def _installed_applications(said: Mapping[str, Any]) -> Found:
    listed = _dictionaries(said, "InstalledApplicationList")
    if listed is not None:
        yield (
            posture.SOFTWARE,
            [
                {
                    "identifier": _text(item, "Identifier"),
                    "name": _text(item, "Name"),
                    "version": _text(item, "ShortVersion") or _text(item, "Version"),
                    "managed": None,  # this answer does not tell
                    **_origin(item),
                }
                for item in listed
                if _text(item, "Identifier") or _text(item, "Name")
            ],
        )


def _origin(item: Mapping[str, Any]) -> dict[str, bool]:
    """That it came from elsewhere than the store; a Mac, where that is usual, does not say.

    Apple says “not vendable” as well of what came by a licence of the device, of what is tried out
    in TestFlight, and of what the system brings itself.
    """
    if _flag(item, "AppStoreVendable") is not False:
        return {}
    by_apple = _text(item, "Identifier").startswith("com.apple.")
    known = any(_flag(item, key) for key in ("DeviceBasedVPP", "BetaApp", "IsAppClip"))
    return {} if by_apple or known else {"elsewhere": True}


def _profile_list(said: Mapping[str, Any]) -> Found:
    listed = _dictionaries(said, "ProfileList")
    if listed is not None:
        names = {_text(item, "PayloadIdentifier") for item in listed}
        yield posture.PROFILES, sorted(names - {""})


def _certificates(said: Mapping[str, Any]) -> Found:
    """Names alone: whose they are and until when is in the certificates, which are not kept."""
    listed = _dictionaries(said, "CertificateList")
    if listed is not None:
        yield (
            posture.CERTIFICATES,
            [
                {"name": _text(item, "CommonName"), "identity": item.get("IsIdentity") is True}
                for item in listed
            ],
        )


def _accounts(said: Mapping[str, Any]) -> Found:
    listed = _dictionaries(said, "Users")
    if listed is not None:
        yield (
            posture.ACCOUNTS,
            [
                {
                    "name": _text(item, "UserName"),
                    "full_name": _text(item, "FullName"),
                    "logged_in": item.get("IsLoggedIn") is True,
                    "secure_token": item.get("HasSecureToken") is True,
                }
                for item in listed
            ],
        )


def _updates(said: Mapping[str, Any]) -> Found:
    listed = _dictionaries(said, "AvailableOSUpdates")
    if listed is not None:
        yield (
            posture.UPDATES,
            [
                {
                    "version": _text(item, "Version"),
                    "name": _text(item, "HumanReadableName"),
                    "build": _text(item, "Build"),
                    "product_key": _text(item, "ProductKey"),
                    "critical": item.get("IsCritical") is True,
                    "major": item.get("IsMajorOSUpdate") is True,
                }
                for item in listed
            ],
        )


def _update_progress(said: Mapping[str, Any]) -> Found:
    listed = _dictionaries(said, "OSUpdateStatus")
    if listed is not None:
        yield (
            posture.UPDATE_PROGRESS,
            [
                {
                    "product_key": _text(item, "ProductKey"),
                    "status": _text(item, "Status"),
                    "downloaded": item.get("IsDownloaded") is True,
                }
                for item in listed
            ],
        )


def _managed_applications(said: Mapping[str, Any]) -> Found:
    listed = said.get("ManagedApplicationList")
    if isinstance(listed, dict):
        yield (
            posture.MANAGED_SOFTWARE,
            [
                {
                    "identifier": str(name)[:LONGEST_TEXT],
                    "name": "",
                    "version": "",
                    "state": _text(item, "Status"),
                }
                for name, item in sorted(listed.items())[:LONGEST_LIST]
                if isinstance(item, dict)
            ],
        )


def _restrictions(said: Mapping[str, Any]) -> Found:
    """The names of what is not left as it is by default: switched off, or bounded."""
    held = _dictionary(said, "GlobalRestrictions")
    if held or "GlobalRestrictions" in said:
        names = {
            str(name)[:LONGEST_TEXT]
            for kind in ("restrictedBool", "restrictedValue", "intersection", "union")
            for name in _dictionary(held, kind)
        }
        yield posture.RESTRICTED, sorted(names)[:LONGEST_LIST]


def _lost(said: Mapping[str, Any]) -> Found:  # noqa: ARG001 (that it was acknowledged says it)
    yield posture.LOST_MODE, True


def _found(said: Mapping[str, Any]) -> Found:  # noqa: ARG001 (that it was acknowledged says it)
    yield posture.LOST_MODE, False


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Found]] = {
    "DeviceInformation": _device_information,
    "SecurityInfo": _security_info,
    "InstalledApplicationList": _installed_applications,
    "ProfileList": _profile_list,
    "CertificateList": _certificates,
    "UserList": _accounts,
    "AvailableOSUpdates": _updates,
    "OSUpdateStatus": _update_progress,
    "ManagedApplicationList": _managed_applications,
    "Restrictions": _restrictions,
    "EnableLostMode": _lost,
    "DisableLostMode": _found,
}


def _dictionary(source: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = source.get(key)
    return value if isinstance(value, dict) else {}


def _dictionaries(source: Mapping[str, Any], key: str) -> list[Mapping[str, Any]] | None:
    """The list under ``key``, or None: a list that is missing is not an empty one."""
    value = source.get(key)
    if not isinstance(value, list):
        return None
    return [item for item in value[:LONGEST_LIST] if isinstance(item, dict)]


def _text(source: Mapping[str, Any], key: str) -> str:
    value = source.get(key)
    return value[:LONGEST_TEXT] if isinstance(value, str) else ""


def _flag(source: Mapping[str, Any], key: str) -> bool | None:
    value = source.get(key)
    return value if isinstance(value, bool) else None
