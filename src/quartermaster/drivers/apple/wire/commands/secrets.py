"""Commands whose payload or answer is a secret: locks of the hardware, keys of the disk."""

from quartermaster.drivers.apple.wire.commands.checks import Command, secret, with_texts


def activation_lock_bypass_code() -> Command:
    """Ask for the code that lifts the activation lock; it is answered for a short while only."""
    return {"RequestType": "ActivationLockBypassCode"}


def clear_activation_lock_bypass_code() -> Command:
    return {"RequestType": "ClearActivationLockBypassCode"}


def set_recovery_lock(new: str, *, current: str = "") -> Command:
    """The password that a Mac with Apple silicon asks for in recovery."""
    return with_texts(
        {"RequestType": "SetRecoveryLock", "NewPassword": secret(new)}, CurrentPassword=current
    )


def verify_recovery_lock(password: str) -> Command:
    return {"RequestType": "VerifyRecoveryLock", "Password": secret(password)}


def set_firmware_password(new: str, *, current: str = "") -> Command:
    """The password of the firmware of a Mac with an Intel processor."""
    return with_texts(
        {"RequestType": "SetFirmwarePassword", "NewPassword": secret(new)}, CurrentPassword=current
    )


def verify_firmware_password(password: str) -> Command:
    return {"RequestType": "VerifyFirmwarePassword", "Password": secret(password)}


def rotate_disk_key(current: str, reply_certificate: bytes) -> Command:
    """Have a new personal recovery key made; the answer is sealed for the certificate (DER)."""
    return {
        "RequestType": "RotateFileVaultKey",
        "KeyType": "personal",
        "FileVaultUnlock": {"Password": secret(current)},
        "ReplyEncryptionCertificate": reply_certificate,
    }
