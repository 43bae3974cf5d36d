"""Secrets at rest: AES-256-GCM, each ciphertext bound to its place by associated data.

A ciphertext that is moved to another row or field does not open. The key is handed in at start
(`install`) from outside the database; see docs/settings.md.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from quartermaster.kernel.errors import HouseError

_NONCE = 12
_VERSION = b"\x01"
_KEYS: dict[bytes, AESGCM] = {}


class SecretUnreadable(HouseError):  # noqa: N818
    """The key in use does not open this secret."""

    code = "secret-unreadable"
    status = 500


def install(key: bytes) -> None:
    """Set the key that secrets are sealed with: exactly 32 bytes."""
    _KEYS[_VERSION] = AESGCM(key)


def seal(plain: bytes, *, place: str) -> bytes:
    """Encrypt for one place, such as ``mdm.enrolment/<id>/unlock-token``."""
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + _KEYS[_VERSION].encrypt(nonce, plain, place.encode())


def unseal(sealed: bytes, *, place: str) -> bytes:
    """Decrypt what `seal` made for the same place; `SecretUnreadable` otherwise."""
    blob = bytes(sealed)
    try:
        return _KEYS[blob[:1]].decrypt(blob[1 : 1 + _NONCE], blob[1 + _NONCE :], place.encode())
    except (InvalidTag, KeyError, ValueError) as problem:
        raise SecretUnreadable(f"The secret kept for {place} does not open.") from problem
