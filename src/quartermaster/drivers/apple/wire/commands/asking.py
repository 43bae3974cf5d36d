"""Questions to a device.

What is asked of a personal device is a list of its own: no serial number, no IMEI, no phone
number, no application but the managed ones (G-1). Tests hold the two lists apart.
"""

from quartermaster.drivers.apple.wire.commands.checks import Command
from quartermaster.drivers.apple.wire.errors import Malformed

CITY_QUERIES = (
    "DeviceName", "OSVersion", "BuildVersion", "SupplementalOSVersionExtra", "ModelName", "Model",
    "ProductName", "SerialNumber", "UDID", "IsSupervised", "IsMultiUser", "DeviceCapacity",
    "AvailableDeviceCapacity", "BatteryLevel", "WiFiMAC", "EthernetMAC", "ServiceSubscriptions",
    "IsDeviceLocatorServiceEnabled", "IsActivationLockEnabled", "IsMDMLostModeEnabled",
    "AwaitingConfiguration", "TimeZone",
)  # fmt: skip
PERSONAL_QUERIES = (
    "OSVersion", "BuildVersion", "SupplementalOSVersionExtra", "ModelName", "Model", "ProductName",
)  # fmt: skip


def device_information(*, personal: bool) -> Command:
    queries = PERSONAL_QUERIES if personal else CITY_QUERIES
    return {"RequestType": "DeviceInformation", "Queries": list(queries)}


LONGEST_NONCE = 32


def device_attestation(nonce: bytes, *, personal: bool) -> Command:
    """Apple's word on the device, made for ``nonce``, beside what it says of itself."""
    if not 0 < len(nonce) <= LONGEST_NONCE:
        raise Malformed(f"A freshness code has up to {LONGEST_NONCE} bytes.")
    queries = ["OSVersion", "DevicePropertiesAttestation"]
    if not personal:
        queries.insert(0, "SerialNumber")
    return {
        "RequestType": "DeviceInformation",
        "Queries": queries,
        "DeviceAttestationNonce": nonce,
    }


def security_info() -> Command:
    return {"RequestType": "SecurityInfo"}


def installed_application_list(*, personal: bool) -> Command:
    command: Command = {"RequestType": "InstalledApplicationList"}
    if personal:
        command["ManagedAppsOnly"] = True
    return command


def profile_list(*, personal: bool) -> Command:
    command: Command = {"RequestType": "ProfileList"}
    if personal:
        command["ManagedOnly"] = True
    return command


def managed_application_list() -> Command:
    return {"RequestType": "ManagedApplicationList"}


def certificate_list(*, managed_only: bool) -> Command:
    command: Command = {"RequestType": "CertificateList"}
    if managed_only:
        command["ManagedOnly"] = True
    return command


def user_list() -> Command:
    """The accounts of a Mac."""
    return {"RequestType": "UserList"}


def restrictions_list() -> Command:
    """What is restricted, and by which profile."""
    return {"RequestType": "Restrictions", "ProfileRestrictions": True}
