"""Managed device attestations: a certificate chain in which Apple vouches for a device and a key.

The properties are extensions of the leaf, of Apple's own numbers. Some hold bare text, some a DER
integer; a property that is blank or missing is one that Apple could not confirm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import cbor2
from asn1crypto import core
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from quartermaster.drivers.apple.wire.errors import Malformed, TooLarge, Untrusted

LARGEST_OBJECT = 32 * 1024
LARGEST_CERTIFICATE = 8 * 1024
MOST_CERTIFICATES = 5
DEEPEST = 4
LONGEST_TEXT = 100
CODE_BYTES = 32
FORMAT = "apple"
ARC = "1.2.840.113635.100.8."
SERIAL, UDID = f"{ARC}9.1", f"{ARC}9.2"
OS_VERSION, ENCLAVE_VERSION, BOOTLOADER_VERSION = f"{ARC}10.1", f"{ARC}10.2", f"{ARC}10.3"
FRESHNESS = f"{ARC}11.1"
SYSTEM_INTEGRITY, SECURE_BOOT, KERNEL_EXTENSIONS = f"{ARC}13.1", f"{ARC}13.2", f"{ARC}13.3"
_UNDERSTOOD = frozenset({"2.5.29.14", "2.5.29.15", "2.5.29.19", "2.5.29.35", "2.5.29.37"})


class OutOfDate(Untrusted):
    """A chain that held once, and is too old now."""


@dataclass(frozen=True)
class Properties:
    """What Apple vouches for. Empty or None: it could not, or it does not for such a device."""

    public_key: bytes
    serial: str = ""
    udid: str = ""
    os_version: str = ""
    enclave_version: str = ""
    freshness: bytes = b""
    system_integrity: bool | None = None
    secure_boot: str = ""
    kernel_extensions: bool | None = None


def chain_of(attestation_object: bytes) -> tuple[bytes, ...]:
    """The certificates of an attestation object (WebAuthn's form, Apple's statement)."""
    if len(attestation_object) > LARGEST_OBJECT:
        raise TooLarge("The attestation object is too large.")
    try:
        with BytesIO(attestation_object) as stream:
            found = cbor2.CBORDecoder(
                stream,
                max_depth=DEEPEST,
                allow_indefinite=False,
                allow_duplicate_keys=False,
                strict_hashable_types=True,
            ).decode()
            rest = stream.read(1)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, MemoryError) as problem:
        raise Malformed("The attestation object is not CBOR within its limits.") from problem
    statement = found.get("attStmt") if isinstance(found, dict) else None
    if rest or not isinstance(statement, dict) or found.get("fmt") != FORMAT:
        raise Malformed("The attestation object is not Apple's.")
    return listed(statement.get("x5c"))


def listed(chain: object) -> tuple[bytes, ...]:
    """The certificates of a chain, leaf first, within bounds; `Malformed` for anything else."""
    if not isinstance(chain, list) or not 0 < len(chain) <= MOST_CERTIFICATES:
        raise Malformed("The attestation has no chain of certificates.")
    if not all(isinstance(item, bytes) and len(item) <= LARGEST_CERTIFICATE for item in chain):
        raise Malformed("The attestation's chain has something that is no certificate.")
    return tuple(chain)


def verify(chain: Sequence[bytes], anchors: Sequence[x509.Certificate], at: datetime) -> Properties:
    """What an attestation proves, once its chain leads to one of ``anchors``.

    Raises:
        OutOfDate: a certificate in it is not valid at the instant.
        Untrusted: it leads elsewhere, or a link does not hold.
        Malformed: something in it cannot be read.
    """
    links = [_loaded(der) for der in chain]
    if links[-1] in anchors:  # a chain may bring its root, which proves nothing by itself
        links.pop()
    if not links:
        raise Untrusted("The attestation is an authority's, not a device's.")
    issuers = [*links[1:], None]
    for depth, (certificate, issuer) in enumerate(zip(links, issuers, strict=True)):
        above = issuer or _anchor_of(certificate, anchors)
        _check_link(certificate, above, depth)
    if _is_authority(links[0]):
        raise Untrusted("The attestation's first certificate is not a device's.")
    for certificate in links:
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise OutOfDate("A certificate of the attestation is out of date.")
    return _properties(links[0])


def _loaded(der: bytes) -> x509.Certificate:
    try:
        certificate = x509.load_der_x509_certificate(der)
        strange = {item.oid.dotted_string for item in certificate.extensions if item.critical}
    except (ValueError, x509.InvalidVersion, x509.DuplicateExtension, UnsupportedAlgorithm
            ) as problem:  # fmt: skip
        raise Malformed("A certificate of the attestation cannot be read.") from problem
    if certificate.serial_number <= 0:
        raise Malformed("A certificate of the attestation has no proper serial number.")
    if strange - _UNDERSTOOD:
        raise Untrusted("A certificate of the attestation asks for what is not understood.")
    return certificate


def _anchor_of(
    certificate: x509.Certificate, anchors: Sequence[x509.Certificate]
) -> x509.Certificate:
    for anchor in anchors:
        if anchor.subject == certificate.issuer and _signed_by(certificate, anchor):
            return anchor
    raise Untrusted("The attestation does not lead to an authority that is trusted for it.")


def _check_link(certificate: x509.Certificate, issuer: x509.Certificate, depth: int) -> None:
    """``depth``: how many certificates stand below, not counting the leaf itself."""
    if not _is_authority(issuer, below=depth) or not _signed_by(certificate, issuer):
        raise Untrusted("A link of the attestation's chain does not hold.")


def _signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def _is_authority(certificate: x509.Certificate, below: int = 0) -> bool:
    try:
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        if not basic.ca or (basic.path_length is not None and basic.path_length < below):
            return False
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound as missing:
        return missing.oid == x509.KeyUsage.oid
    return usage.key_cert_sign


def _properties(leaf: x509.Certificate) -> Properties:
    key = leaf.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise Untrusted("The attested key is not an elliptic curve's.")
    found = {item.oid.dotted_string: _raw(item) for item in leaf.extensions}
    return Properties(
        public_key=key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        serial=_text(found.get(SERIAL, b"")),
        udid=_text(found.get(UDID, b"")),
        os_version=_text(found.get(OS_VERSION, b"")),
        enclave_version=_text(found.get(ENCLAVE_VERSION, b"")),
        freshness=_octets(found.get(FRESHNESS, b"")),
        system_integrity=_is_zero(found.get(SYSTEM_INTEGRITY, b"")),
        secure_boot=_text(found.get(SECURE_BOOT, b"")),
        kernel_extensions=_is_not_zero(found.get(KERNEL_EXTENSIONS, b"")),
    )


def _raw(extension: x509.Extension[x509.ExtensionType]) -> bytes:
    value = extension.value
    return value.value if isinstance(value, x509.UnrecognizedExtension) else b""


def _text(raw: bytes) -> str:
    """Bare text, or a DER string; empty for anything else."""
    try:
        value = core.load(raw, strict=True).native if raw[:1] in {b"\x0c", b"\x13", b"\x16"} else ""
    except (ValueError, TypeError):
        value = ""
    text = value if isinstance(value, str) and value else raw.decode("utf-8", "replace")
    return text.strip() if len(text) <= LONGEST_TEXT and text.isprintable() else ""


def _octets(raw: bytes) -> bytes:
    """A freshness code, bare or as a DER octet string."""
    wrapped = raw[:2] == bytes([4, CODE_BYTES]) and len(raw) == CODE_BYTES + 2
    return raw[2:] if wrapped else raw


def _number(raw: bytes) -> int | None:
    """A DER integer, or digits as bare text."""
    if raw[:1] == b"\x02":
        try:
            value = core.Integer.load(raw, strict=True).native
        except (ValueError, TypeError):
            return None
        return value if isinstance(value, int) else None
    return int(raw) if raw.isdigit() and len(raw) < 10 else None  # noqa: PLR2004


def _is_zero(raw: bytes) -> bool | None:
    number = _number(raw)
    return None if number is None else number == 0


def _is_not_zero(raw: bytes) -> bool | None:
    number = _number(raw)
    return None if number is None else number != 0
