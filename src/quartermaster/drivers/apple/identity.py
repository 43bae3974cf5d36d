"""Who speaks: the device's certificate, proven before a byte of the message is parsed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.conf import settings

from quartermaster.drivers.apple import proxies
from quartermaster.drivers.apple.wire import cms
from quartermaster.drivers.apple.wire.errors import Malformed, Untrusted
from quartermaster.mdm.authority import OpenAuthority
from quartermaster.mdm.tokens import token_hash

TRUST_FOR = timedelta(minutes=10)
MOST_TRUSTED = 50_000
MOST_READ = 2048  # certificates, some kilobytes each
SIGNATURE_HEADER = "mdm-signature"

_trusted: dict[bytes, datetime] = {}
_tokens: dict[tuple[bytes, bytes], datetime] = {}
_authorities: list[OpenAuthority] = []  # the one that was last asked for


@dataclass(frozen=True)
class Speaker:
    """The certificate that a message is proven to come with; whose it is, is not yet asked."""

    certificate: bytes
    fingerprint: bytes

    def holder(self) -> UUID | None:
        """The enrolment that the certificate names; None for one that we did not make so."""
        named = loaded(self.certificate).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        try:
            return UUID(str(named[0].value)) if named else None
        except ValueError:
            return None


def speaker(headers: Mapping[str, str], body: bytes, peer: str = "") -> Speaker:
    """The certificate that speaks: the signature over the message holds, or the proxy vouches.

    By the ``Mdm-Signature`` header, or by the header in which a trusted proxy passes on the client
    certificate that it checked, where the installation names one. From anybody but a trusted proxy
    that header says nothing. Where both speak, they must speak of one certificate.

    Raises:
        Untrusted: no proof, a signature that does not hold, or two proofs of two devices.
    """
    signature = headers.get(SIGNATURE_HEADER)
    signed = _said(cms.signer_of_header(signature, body)) if signature else None
    vouched = _vouched(headers, peer)
    if signed and vouched and signed != vouched:
        raise Untrusted("The message is signed by another device than the proxy vouches for.")
    found = signed or vouched
    if found is None:
        raise Untrusted("The message carries no Mdm-Signature.")
    return found


@lru_cache(maxsize=MOST_READ)
def _said(certificate: x509.Certificate) -> Speaker:
    der = certificate.public_bytes(Encoding.DER)
    return Speaker(der, hashlib.sha256(der).digest())


def _vouched(headers: Mapping[str, str], peer: str) -> Speaker | None:
    """The certificate that a trusted proxy passes on; None where none does."""
    value = headers.get(settings.DEVICE_CERTIFICATE_HEADER or "-", "")
    if not value or not proxies.is_trusted(peer, settings.TRUSTED_PROXIES):
        return None
    der = proxies.certificate_in(value)
    return Speaker(der, hashlib.sha256(der).digest())


def is_trusted(said: Speaker, at: datetime) -> bool:
    """Whether the certificate was found to be ours a short while ago."""
    until = _trusted.get(said.fingerprint)
    return until is not None and at < until


def known_to_be_ours(said: Speaker, at: datetime) -> x509.Certificate | None:
    """The certificate, if the authority that this process knows issued it and it is in date."""
    try:
        return checked(said, _authorities[0], at) if _authorities else None
    except Untrusted:
        return None  # or another authority took over since


def learn_authority(authority: OpenAuthority) -> None:
    _authorities[:] = [authority]


def checked(said: Speaker, authority: OpenAuthority, at: datetime) -> x509.Certificate:
    """The certificate, once it is found to be ours and in date.

    Raises:
        Untrusted: of another authority, out of date, for another purpose.
    """
    certificate = loaded(said.certificate)
    cms.check_issued(certificate, authority.certificate, at)
    return certificate


def in_date(said: Speaker, at: datetime) -> x509.Certificate:
    """A certificate that is pinned, whoever issued it, while it holds.

    Raises:
        Untrusted: it is out of date.
    """
    certificate = loaded(said.certificate)
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise Untrusted("The certificate is out of date.")
    return certificate


def remember(said: Speaker, certificate: x509.Certificate, at: datetime) -> None:
    """Remember for a while that the certificate is ours.

    Whether it was revoked is not remembered: that is asked of the database at every message.
    """
    if len(_trusted) >= MOST_TRUSTED:
        _trusted.clear()
    _trusted[said.fingerprint] = min(at + TRUST_FOR, certificate.not_valid_after_utc)


def token_is_known(fingerprint: bytes, token: str, at: datetime) -> bool:
    """Whether this token was found to be this certificate's a short while ago."""
    until = _tokens.get((fingerprint, token_hash(token)))
    return until is not None and at < until


def remember_token(fingerprint: bytes, token: str, at: datetime) -> None:
    if len(_tokens) >= MOST_TRUSTED:
        _tokens.clear()
    _tokens[(fingerprint, token_hash(token))] = at + TRUST_FOR


def loaded(der: bytes) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(der)
    except (ValueError, x509.InvalidVersion) as problem:
        raise Malformed("The certificate cannot be read.") from problem
