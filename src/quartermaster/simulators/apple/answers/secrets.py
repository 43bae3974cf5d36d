"""Locks of the hardware and the key of the disk."""

from collections.abc import Mapping
from typing import Any

from cryptography import x509

from quartermaster.drivers.apple.wire import envelope
from quartermaster.simulators.apple.answers.base import Answer, Handler, Refusal
from quartermaster.simulators.apple.state import State, new_recovery_key

NOT_AUTHORISED, MALFORMED = 12007, 12008


def _bypass_code(state: State, _command: Mapping[str, Any]) -> Answer:
    """Given for a short while after the device was activated, and then no more."""
    if not state.bypass_code:
        raise Refusal(NOT_AUTHORISED, "The bypass code is not available any more.")
    return {"ActivationLockBypassCode": state.bypass_code}


def _clear_bypass_code(state: State, _command: Mapping[str, Any]) -> Answer:
    state.bypass_code = ""
    return {}


def _set_recovery_lock(state: State, command: Mapping[str, Any]) -> Answer:
    if state.recovery_lock and command.get("CurrentPassword") != state.recovery_lock:
        raise Refusal(NOT_AUTHORISED, "The current password is wrong.")
    state.recovery_lock = str(command["NewPassword"])
    return {}


def _verify_recovery_lock(state: State, command: Mapping[str, Any]) -> Answer:
    return {"PasswordVerified": command["Password"] == state.recovery_lock}


def _set_firmware(state: State, command: Mapping[str, Any]) -> Answer:
    if state.firmware_password and command.get("CurrentPassword") != state.firmware_password:
        raise Refusal(NOT_AUTHORISED, "The current password is wrong.")
    state.firmware_password = str(command["NewPassword"])
    return {"SetFirmwarePassword": {"PasswordChanged": True}}


def _verify_firmware(state: State, command: Mapping[str, Any]) -> Answer:
    verified = command["Password"] == state.firmware_password
    return {"VerifyFirmwarePassword": {"PasswordVerified": verified}}


def _rotate(state: State, command: Mapping[str, Any]) -> Answer:
    """A new key for the disk, told only to the holder of the certificate's key."""
    if not state.file_vault:
        raise Refusal(MALFORMED, "FileVault is off.")
    if command["FileVaultUnlock"].get("Password") != state.recovery_key:
        raise Refusal(NOT_AUTHORISED, "The recovery key is wrong.")
    state.recovery_key = new_recovery_key()
    certificate = x509.load_der_x509_certificate(command["ReplyEncryptionCertificate"])
    sealed = envelope.encrypt(state.recovery_key.encode(), certificate)
    return {"RotateResult": {"EncryptedNewRecoveryKey": sealed}}


HANDLERS: Mapping[str, Handler] = {
    "ActivationLockBypassCode": _bypass_code,
    "ClearActivationLockBypassCode": _clear_bypass_code,
    "SetRecoveryLock": _set_recovery_lock,
    "VerifyRecoveryLock": _verify_recovery_lock,
    "SetFirmwarePassword": _set_firmware,
    "VerifyFirmwarePassword": _verify_firmware,
    "RotateFileVaultKey": _rotate,
}
