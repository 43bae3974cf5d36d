"""The certificate authority: made once, kept sealed, opened when something is to be signed."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from cryptography import x509
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
from quartermaster.mdm.models import Authority

_LOCK = 0x5155_4341  # two processes starting at once make one authority


@dataclass(frozen=True)
class OpenAuthority:
    """The authority with its private key, in memory only."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey


def _place(authority_id: UUID) -> str:
    return f"mdm.authority/{authority_id}/key"


def create(certificate: x509.Certificate, key: rsa.RSAPrivateKey, at: datetime) -> OpenAuthority:
    """Keep a new authority, unless another process was quicker; the one that is kept."""
    with transaction.atomic():
        take_turn(_LOCK)
        present = active()
        if present is not None:
            return present
        row = Authority(certificate=certificate.public_bytes(Encoding.DER), created_at=at)
        plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        row.sealed_key = vault.seal(plain, place=_place(row.id))
        row.save(force_insert=True)
    return OpenAuthority(certificate, key)


def active() -> OpenAuthority | None:
    """The authority in use, or None before the first was made."""
    row = Authority.objects.filter(active=True).values_list("id", flat=True).first()
    return _opened(row) if row else None


@lru_cache(maxsize=4)
def _opened(authority_id: UUID) -> OpenAuthority:
    row = Authority.objects.get(id=authority_id)
    key = load_der_private_key(
        vault.unseal(bytes(row.sealed_key), place=_place(row.id)), password=None
    )
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("The authority's key is not RSA.")
    return OpenAuthority(x509.load_der_x509_certificate(bytes(row.certificate)), key)
