"""A stand-in for Apple's attestation service: an authority of its own that vouches for devices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from quartermaster.drivers.apple.wire import attestation

ROOT_LIFE, LEAF_LIFE = timedelta(days=9000), timedelta(days=90)
RATE = timedelta(days=7)
FULL_SECURITY = "Full Security"


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Simulated maker"),
        ]
    )


@dataclass(frozen=True)
class Signer:
    """A certificate that signs others, and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def root(cls, at: datetime) -> "Signer":
        key = ec.generate_private_key(ec.SECP384R1())
        name = _name("Simulated Enterprise Attestation Root CA")
        return cls(_authority(name, name, key, key, at, ROOT_LIFE, below=1), key)

    def below(self, at: datetime, life: timedelta = ROOT_LIFE) -> "Signer":
        """A further authority, under this one."""
        key = ec.generate_private_key(ec.SECP384R1())
        name = _name("Simulated Enterprise Attestation Sub CA 1")
        issuer = self.certificate.subject
        return Signer(_authority(name, issuer, key, self.key, at, life, below=0), key)


def _authority(
    name: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    at: datetime,
    life: timedelta,
    below: int,
) -> x509.Certificate:
    return (
        _builder(name, issuer, key.public_key(), at, life)
        .add_extension(x509.BasicConstraints(ca=True, path_length=below), critical=True)
        .sign(signer, hashes.SHA384())
    )


def _builder(
    name: x509.Name, issuer: x509.Name, key: Any, at: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(hours=1))
        .not_valid_after(at + life)
    )


@dataclass
class Vouching:
    """The service. ``root`` is what a server must trust; ``says`` overrides what is vouched for."""

    root: Signer
    middle: Signer
    says: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def founded(cls, at: datetime) -> "Vouching":
        root = Signer.root(at)
        return cls(root, root.below(at))

    @property
    def root_pem(self) -> bytes:
        return self.root.certificate.public_bytes(Encoding.PEM)

    def chain(
        self,
        key: ec.EllipticCurvePublicKey,
        properties: Mapping[str, bytes],
        at: datetime,
        life: timedelta = LEAF_LIFE,
    ) -> list[bytes]:
        """A chain whose leaf says ``properties`` of the device that has ``key``."""
        issuer = self.middle.certificate.subject
        builder = _builder(_name("device"), issuer, key, at, life).add_extension(
            x509.BasicConstraints(ca=False, path_length=None), critical=True
        )
        for number, value in ({**properties, **self.says}).items():
            if value:
                extension = x509.UnrecognizedExtension(x509.ObjectIdentifier(number), value)
                builder = builder.add_extension(extension, critical=False)
        leaf = builder.sign(self.middle.key, hashes.SHA384())
        both = (leaf, self.middle.certificate)
        return [item.public_bytes(Encoding.DER) for item in both]


def properties_of(state: Any, freshness: bytes) -> dict[str, bytes]:
    """What the maker's service says of a simulated device, in the forms that it uses."""
    found = {
        attestation.OS_VERSION: state.os_version.encode(),
        attestation.ENCLAVE_VERSION: state.os_version.encode(),
        attestation.FRESHNESS: freshness,
    }
    if not state.user_enrolled:  # left out of a User Enrolment's
        found[attestation.SERIAL] = state.serial.encode()
        found[attestation.UDID] = state.udid.encode()
    if state.is_mac:
        found[attestation.UDID] = f"provisioning-{state.udid}".encode()
        found[attestation.SYSTEM_INTEGRITY] = core.Integer(
            int(not state.integrity_protected)
        ).dump()
        found[attestation.SECURE_BOOT] = state.secure_boot.encode()
        found[attestation.KERNEL_EXTENSIONS] = core.Integer(0).dump()
    return found


@dataclass
class Enclave:
    """The secure part of a device: keys that do not leave it, and the last word it was given."""

    service: Vouching
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP384R1())
    )
    cached: tuple[bytes, datetime, list[bytes]] | None = None

    def attested(self, state: Any, nonce: bytes, at: datetime) -> list[bytes]:
        """The answer to ``DevicePropertiesAttestation``: within 7 days the earlier one again."""
        if self.cached is not None:
            known, since, chain = self.cached
            if not nonce or nonce == known or at - since < RATE:
                return chain
        chain = self.service.chain(self.key.public_key(), properties_of(state, nonce), at)
        self.cached = (nonce, at, chain)
        return chain
