"""Accounts on Macs."""

import hashlib
import re

from quartermaster.drivers.apple.wire import plist
from quartermaster.drivers.apple.wire.commands.checks import Command, secret
from quartermaster.drivers.apple.wire.errors import Malformed

HASH_ROUNDS = 40_000
HASH_BYTES = 128
SALT_BYTES = 32

_SHORT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]{0,254}")


def unlock_user_account(name: str) -> Command:
    """Unlock a local account that failed attempts have locked."""
    return {"RequestType": "UnlockUserAccount", "UserName": _short_name(name)}


def delete_user(name: str) -> Command:
    return {"RequestType": "DeleteUser", "UserName": _short_name(name)}


def enable_remote_desktop() -> Command:
    return {"RequestType": "EnableRemoteDesktop"}


def disable_remote_desktop() -> Command:
    return {"RequestType": "DisableRemoteDesktop"}


def account_configuration(administrator: str, password: str, salt: bytes) -> Command:
    """Have a waiting Mac make a hidden administrator; its user becomes a regular one."""
    return {
        "RequestType": "AccountConfiguration",
        "SetPrimarySetupAccountAsRegularUser": True,
        "AutoSetupAdminAccounts": [
            {
                "shortName": _short_name(administrator),
                "passwordHash": _password_hash(password, salt),
                "hidden": True,
            }
        ],
    }


def _password_hash(password: str, salt: bytes) -> bytes:
    """A salted hash (PBKDF2, SHA-512) as Macs keep it."""
    if len(salt) != SALT_BYTES:
        raise Malformed(f"The salt must have {SALT_BYTES} bytes.")
    derived = hashlib.pbkdf2_hmac(
        "sha512", secret(password).encode(), salt, HASH_ROUNDS, HASH_BYTES
    )
    hashed = {"entropy": derived, "iterations": HASH_ROUNDS, "salt": salt}
    return plist.dumps({"SALTED-SHA512-PBKDF2": hashed})


def _short_name(name: str) -> str:
    if not _SHORT_NAME.fullmatch(name):
        raise Malformed(f"“{name[:60]}” is no name of an account.")
    return name
