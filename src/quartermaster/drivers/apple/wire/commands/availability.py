"""Where each command may be sent: facts of Apple's schema, which a test compares.

Whoever builds a command asks here first, so that a person reads why not instead of an error number.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Since:
    """One family of systems: from which version on, and of which devices.

    ``personal``: also under User Enrolment.
    """

    version: str
    supervised: bool = False
    personal: bool = False


@dataclass(frozen=True)
class Availability:
    """Where a command is known. None: not by this family."""

    phones: Since | None
    macs: Since | None


AVAILABLE: Mapping[str, Availability] = {
    "AccountConfiguration": Availability(phones=None, macs=Since("10.11")),
    "ActivationLockBypassCode": Availability(
        phones=Since("7.1", supervised=True), macs=Since("10.15", supervised=True)
    ),
    "AvailableOSUpdates": Availability(phones=Since("9.0", supervised=True), macs=Since("10.11")),
    "CertificateList": Availability(
        phones=Since("4.0", personal=True), macs=Since("10.7", personal=True)
    ),
    "ClearActivationLockBypassCode": Availability(
        phones=Since("7.1", supervised=True), macs=Since("10.15", supervised=True)
    ),
    "ClearPasscode": Availability(phones=Since("4.0"), macs=None),
    "ClearRestrictionsPassword": Availability(phones=Since("8.0", supervised=True), macs=None),
    "DeclarativeManagement": Availability(
        phones=Since("15.0", personal=True), macs=Since("13.0", personal=True)
    ),
    "DeleteUser": Availability(phones=None, macs=Since("10.13", supervised=True)),
    "DeviceConfigured": Availability(phones=Since("9.0", supervised=True), macs=Since("10.11")),
    "DeviceInformation": Availability(
        phones=Since("4.0", personal=True), macs=Since("10.7", personal=True)
    ),
    "DeviceLocation": Availability(phones=Since("9.3", supervised=True), macs=None),
    "DeviceLock": Availability(phones=Since("4.0", personal=True), macs=Since("10.7")),
    "DisableLostMode": Availability(phones=Since("9.3", supervised=True), macs=None),
    "DisableRemoteDesktop": Availability(phones=None, macs=Since("10.14.4", supervised=True)),
    "EnableLostMode": Availability(phones=Since("9.3", supervised=True), macs=None),
    "EnableRemoteDesktop": Availability(phones=None, macs=Since("10.14.4", supervised=True)),
    "EraseDevice": Availability(phones=Since("4.0"), macs=Since("10.7")),
    "InstallApplication": Availability(
        phones=Since("5.0", personal=True), macs=Since("10.9", personal=True)
    ),
    "InstallEnterpriseApplication": Availability(phones=None, macs=Since("10.13.6", personal=True)),
    "InstallProfile": Availability(
        phones=Since("4.0", personal=True), macs=Since("10.7", personal=True)
    ),
    "InstalledApplicationList": Availability(
        phones=Since("5.0", personal=True), macs=Since("10.7")
    ),
    "ManagedApplicationList": Availability(
        phones=Since("5.0", personal=True), macs=Since("11.0", personal=True)
    ),
    "OSUpdateStatus": Availability(
        phones=Since("9.0", supervised=True), macs=Since("10.11.5", supervised=True)
    ),
    "PlayLostModeSound": Availability(phones=Since("10.3", supervised=True), macs=None),
    "ProfileList": Availability(
        phones=Since("4.0", personal=True), macs=Since("10.7", personal=True)
    ),
    "RemoveApplication": Availability(phones=Since("5.0", personal=True), macs=Since("11.0")),
    "RemoveProfile": Availability(
        phones=Since("4.0", personal=True), macs=Since("10.7", personal=True)
    ),
    "RestartDevice": Availability(phones=Since("10.3", supervised=True), macs=Since("10.13")),
    "Restrictions": Availability(phones=Since("4.0"), macs=None),
    "RotateFileVaultKey": Availability(phones=None, macs=Since("10.9")),
    "ScheduleOSUpdate": Availability(
        phones=Since("9.0", supervised=True), macs=Since("10.11", supervised=True)
    ),
    "ScheduleOSUpdateScan": Availability(phones=None, macs=Since("10.11", supervised=True)),
    "SecurityInfo": Availability(
        phones=Since("4.0", personal=True), macs=Since("10.7", personal=True)
    ),
    "SetFirmwarePassword": Availability(phones=None, macs=Since("10.13")),
    "SetRecoveryLock": Availability(phones=None, macs=Since("11.5")),
    "Settings": Availability(phones=Since("5.0", personal=True), macs=Since("10.9", personal=True)),
    "ShutDownDevice": Availability(phones=Since("10.3", supervised=True), macs=Since("10.13")),
    "UnlockUserAccount": Availability(phones=None, macs=Since("10.13")),
    "UserList": Availability(phones=None, macs=Since("10.13", supervised=True)),
    "ValidateApplications": Availability(phones=Since("9.2", personal=True), macs=None),
    "VerifyFirmwarePassword": Availability(phones=None, macs=Since("10.13")),
    "VerifyRecoveryLock": Availability(phones=None, macs=Since("11.5")),
}


def why_not(
    kind: str, *, mac: bool, version: str = "", supervised: bool = False, personal: bool = False
) -> str:
    """Why this command cannot be sent to such a device, as a sentence; empty if it can.

    An unknown version is taken for a present one.
    """
    known = AVAILABLE.get(kind)
    since = known and (known.macs if mac else known.phones)
    if not since:
        return "Macs do not know this." if mac else "Only Macs know this."
    if personal and not since.personal:
        return "Apple does not allow this on a personal device."
    if version and _key(version) < _key(since.version):
        return f"This needs version {since.version} or newer; the device has {version}."
    if since.supervised and not supervised:
        return "Apple allows this on supervised devices only."
    return ""


def _key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
