"""The keys of the warehouse: one a cycle, sealed by the vault; out of it one a file.

Without the cycle's key nothing of the cycle is readable, whatever copies of its files there are.
"""

import os
from typing import Any

import pyarrow.parquet.encryption as parquet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from quartermaster.kernel import vault
from quartermaster.kernel.errors import NotFound
from quartermaster.usage.models import UsageCycle

LENGTH = 32


def new_sealed(cycle: UsageCycle) -> bytes:
    """A fresh key, sealed for this cycle alone."""
    return vault.seal(os.urandom(LENGTH), place=_place(cycle))


def file_key(cycle: UsageCycle, name: str) -> bytes:
    """The key of one file: no two files of a cycle share one, so that no nonce meets another.

    Raises:
        NotFound: the cycle's key was destroyed.
        SecretUnreadable: the vault's key is not the one that sealed it.
    """
    if cycle.sealed_key is None:
        raise NotFound("The usage detail of this cycle was destroyed.")
    whole = vault.unseal(bytes(cycle.sealed_key), place=_place(cycle))
    return HKDF(SHA256(), LENGTH, salt=None, info=f"usage-file/{name}".encode()).derive(whole)


def sealing(key: bytes) -> Any:
    """Columns and footer encrypted (AES-256-GCM), none readable without the key."""
    return parquet.create_encryption_properties(footer_key=key)


def opening(key: bytes) -> Any:
    return parquet.create_decryption_properties(footer_key=key)


def _place(cycle: UsageCycle) -> str:
    return f"usage.cycle/{cycle.pk}/key"
