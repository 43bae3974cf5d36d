"""Questions about the device itself."""

from collections.abc import Mapping
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from quartermaster.drivers.apple.wire import envelope
from quartermaster.simulators.apple.answers.base import Answer, Handler
from quartermaster.simulators.apple.state import State
from quartermaster.simulators.clock import now

ATTESTATION = "DevicePropertiesAttestation"
BOTH_ENCRYPTIONS = 3
PRIVATE_QUERIES = frozenset({"UDID", "SerialNumber", "IMEI", "MEID", "WiFiMAC", "PhoneNumber"})
ESCROW, CERTIFICATE = "com.apple.security.FDERecoveryKeyEscrow", "com.apple.security.pkcs1"


def _device_information(state: State, command: Mapping[str, Any]) -> Answer:
    known = {
        "UDID": state.udid,
        "SerialNumber": state.serial,
        "DeviceName": state.name,
        "OSVersion": state.os_version,
        "BuildVersion": state.build,
        "ProductName": state.product,
        "ModelName": state.model_name,
        "Model": state.product,
        "IsSupervised": state.supervised,
        "DeviceCapacity": 128.0,
        "AvailableDeviceCapacity": 64.0,
        "BatteryLevel": 0.8,
        "AwaitingConfiguration": state.awaiting_configuration,
        "IsActivationLockEnabled": state.activation_locked,
    }
    if not state.is_mac:
        known |= {
            "IsMDMLostModeEnabled": state.lost is not None,
            "IsDeviceLocatorServiceEnabled": state.activation_locked,
            "IsMultiUser": False,
            "TimeZone": state.settings.get("TimeZone", "America/Chicago"),
            "ServiceSubscriptions": [],
        }
    if state.enclave is not None and ATTESTATION in command.get("Queries", []):
        nonce = command.get("DeviceAttestationNonce", b"")
        known[ATTESTATION] = state.enclave.attested(state, nonce, now())
    hidden = PRIVATE_QUERIES if state.user_enrolled else frozenset()
    asked = [key for key in command.get("Queries", []) if key in known and key not in hidden]
    return {"QueryResponses": {key: known[key] for key in asked}}


def _security_info(state: State, _command: Mapping[str, Any]) -> Answer:
    return {"SecurityInfo": _of_mac(state) if state.is_mac else _of_phone(state)}


def _of_phone(state: State) -> Answer:
    found: Answer = {
        "HardwareEncryptionCaps": BOTH_ENCRYPTIONS,
        "PasscodeCompliant": state.passcode_complies,
    }
    if not state.user_enrolled:
        found["PasscodePresent"] = bool(state.passcode)
        found["PasscodeCompliantWithProfiles"] = state.passcode_complies
    return found


def _of_mac(state: State) -> Answer:
    found: Answer = {
        "FDE_Enabled": state.file_vault,
        "FDE_HasPersonalRecoveryKey": bool(state.recovery_key),
        "FDE_HasInstitutionalRecoveryKey": False,
        "SystemIntegrityProtectionEnabled": state.integrity_protected,
        "AuthenticatedRootVolumeEnabled": state.integrity_protected,
        "IsRecoveryLockEnabled": bool(state.recovery_lock),
    }
    if state.recovery_key and (der := _escrow_certificate(state)):
        certificate = x509.load_der_x509_certificate(der)
        sealed = envelope.encrypt(state.recovery_key.encode(), certificate)
        found["FDE_PersonalRecoveryKeyCMS"] = sealed
        found["FDE_PersonalRecoveryKeyDeviceKey"] = state.serial
    return found


def _escrow_certificate(state: State) -> bytes:
    """The certificate that the escrow payload names, as the same profile brings it."""
    for profile in state.profiles.values():
        content = profile.get("PayloadContent", [])
        named = [
            item.get("EncryptCertPayloadUUID")
            for item in content
            if item.get("PayloadType") == ESCROW
        ]
        for item in content:
            if item.get("PayloadType") == CERTIFICATE and item.get("PayloadUUID") in named:
                return bytes(item["PayloadContent"])
    return b""


def _certificates(state: State, _command: Mapping[str, Any]) -> Answer:
    """The device's own identity, and what profiles brought."""
    listed = [
        {
            "CommonName": str(item.get("PayloadDisplayName", "")),
            "IsIdentity": False,
            "Data": bytes(item["PayloadContent"]),
        }
        for item in state.payloads(CERTIFICATE)
    ]
    if state.identity is not None:
        (name,) = state.identity.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[:1]
        listed.append(
            {
                "CommonName": str(name.value),
                "IsIdentity": True,
                "Data": state.identity.public_bytes(Encoding.DER),
            }
        )
    return {"CertificateList": listed}


HANDLERS: Mapping[str, Handler] = {
    "DeviceInformation": _device_information,
    "SecurityInfo": _security_info,
    "CertificateList": _certificates,
}
