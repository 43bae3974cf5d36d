"""The certificate to which devices seal secrets for us: made once, its key kept sealed."""

from datetime import datetime
from functools import lru_cache
from typing import Protocol, runtime_checkable
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from django.db import transaction

from quartermaster.jobs.turns import take_turn
from quartermaster.kernel import vault
from quartermaster.mdm.driver import Context
from quartermaster.mdm.models import SealingCertificate


@runtime_checkable
class Seals(Protocol):
    """A driver whose devices can seal a secret so that only we open it."""

    def sealing_certificate(self, context: Context, at: datetime) -> bytes:
        """The certificate (DER) for such a device; empty where it seals nothing."""
        ...


_LOCK = 0x5155_5343  # two processes starting at once make one certificate


def _place(row_id: UUID) -> str:
    return f"mdm.sealing/{row_id}/key"


def create(certificate: bytes, key: rsa.RSAPrivateKey, at: datetime) -> bytes:
    """Keep a new certificate (DER), unless another process was quicker; the one that is kept."""
    with transaction.atomic():
        take_turn(_LOCK)
        present = active_certificate()
        if present:
            return present
        row = SealingCertificate(certificate=certificate, created_at=at)
        plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        row.sealed_key = vault.seal(plain, place=_place(row.id))
        row.save(force_insert=True)
    return certificate


def active_certificate() -> bytes:
    """The certificate in use (DER); empty before the first was made."""
    row = SealingCertificate.objects.filter(active=True).values_list("certificate", flat=True)
    found = row.first()
    return bytes(found) if found else b""


def active_keys() -> list[rsa.RSAPrivateKey]:
    """The private keys, the one in use first: an earlier one may still open what comes late."""
    rows = SealingCertificate.objects.order_by("-active", "-created_at").values_list(
        "id", flat=True
    )
    return [_opened(row_id) for row_id in rows]


@lru_cache(maxsize=8)
def _opened(row_id: UUID) -> rsa.RSAPrivateKey:
    row = SealingCertificate.objects.get(id=row_id)
    plain = vault.unseal(bytes(row.sealed_key), place=_place(row.id))
    key = load_der_private_key(plain, password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("The key is not RSA.")
    return key
