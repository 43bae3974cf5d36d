"""The server token of Automated Device Enrolment: what Apple's portal takes and gives.

The portal (Apple Business Manager) takes a certificate and gives a file, S/MIME or bare CMS, that
only the certificate's key opens. In it stand the four parts of an OAuth 1.0a credential.
"""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from quartermaster.drivers.apple.wire import envelope
from quartermaster.drivers.apple.wire.errors import Malformed, TooLarge

LARGEST = 64 * 1024
LONGEST_PART = 500
CERTIFICATE_DAYS = 400
BACKDATED = timedelta(days=1)
_MESSAGE = re.compile(rb"-----BEGIN MESSAGE-----(.*?)-----END MESSAGE-----", re.DOTALL)
_PARTS = ("consumer_key", "consumer_secret", "access_token", "access_secret")


@dataclass(frozen=True)
class ServerToken:
    """Who we are for Apple's device list. ``consumer_key`` stays when the token is renewed."""

    consumer_key: str
    consumer_secret: str
    access_token: str
    access_secret: str
    expires_at: datetime

    def dump(self) -> bytes:
        """As it is kept: Apple's own form."""
        parts = {name: getattr(self, name) for name in _PARTS}
        return json.dumps({**parts, "access_token_expiry": self.expires_at.isoformat()}).encode()


def new_key() -> rsa.RSAPrivateKey:
    """The key that opens the token. The portal encrypts to RSA alone."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(key: rsa.RSAPrivateKey, organisation: str, at: datetime) -> x509.Certificate:
    """The certificate for the portal; it certifies nothing and only carries the key."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, "Quartermaster server token"),
        ]
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - BACKDATED)
        .not_valid_after(at + timedelta(days=CERTIFICATE_DAYS))
        .sign(key, hashes.SHA256())
    )


def open_token(content: bytes, key: rsa.RSAPrivateKey) -> ServerToken:
    """The token in the portal's file.

    Raises:
        Untrusted: it was made for another certificate.
        Malformed: no such file, or something else in it.
    """
    if len(content) > LARGEST:
        raise TooLarge("The file is too large for a server token.")
    return read(envelope.decrypt(_der(content), key, allow_des=False))


def _der(content: bytes) -> bytes:
    """The CMS of an S/MIME file, or of a bare one."""
    if content[:1] == b"\x30":
        return content
    _, blank, body = content.replace(b"\r\n", b"\n").partition(b"\n\n")
    try:
        return base64.b64decode(b"".join((body if blank else content).split()), validate=True)
    except (binascii.Error, ValueError) as problem:
        raise Malformed(
            "The file is no server token: upload the .p7m file as it came."
        ) from problem


def read(plain: bytes) -> ServerToken:
    """The token as it stands in the opened file, or as it is kept."""
    found = _MESSAGE.search(plain)
    try:
        said = json.loads(found.group(1) if found else plain)
        parts = {name: said[name] for name in _PARTS}
        expires_at = datetime.fromisoformat(said["access_token_expiry"])
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise Malformed("The file opens, but there is no server token in it.") from problem
    for name, value in parts.items():
        if not isinstance(value, str) or not 0 < len(value) <= LONGEST_PART:
            raise Malformed(f"The server token's “{name}” is missing or too long.")
        if not value.isascii() or not value.isprintable():
            raise Malformed(f"The server token's “{name}” has characters that no token has.")
    if expires_at.tzinfo is None:
        expires_at = expires_at.replace(tzinfo=UTC)
    return ServerToken(**parts, expires_at=expires_at)
