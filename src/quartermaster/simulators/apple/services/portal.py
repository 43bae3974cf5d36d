"""Apple's push certificates portal and the authority behind it, as far as a server sees them."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from quartermaster.drivers.apple.wire import pushcert
from quartermaster.drivers.apple.wire.errors import Untrusted
from quartermaster.simulators.clock import now

YEAR = timedelta(days=365)
BACKDATED = timedelta(hours=1)
NewKey = rsa.RSAPublicKey


def new_topic() -> str:
    """A topic as Apple gives them to push certificates for device management."""
    return f"com.apple.mgmt.External.{uuid.uuid4()}"


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _name(common_name: str, topic: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.USER_ID, topic)] if topic else []
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


@dataclass
class Portal:
    """Signs push certificates, with authorities of its own."""

    root_key: rsa.RSAPrivateKey = field(default_factory=_key)
    key: rsa.RSAPrivateKey = field(default_factory=_key)
    made_at: datetime = field(default_factory=now)

    def __post_init__(self) -> None:
        self.root = self._authority("Simulated Apple Root CA", None, self.root_key)
        self.intermediate = self._authority("Simulated Apple Integration CA", self.root, self.key)

    def _authority(
        self, common_name: str, above: x509.Certificate | None, key: rsa.RSAPrivateKey
    ) -> x509.Certificate:
        name = _name(common_name)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(above.subject if above else name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.made_at - 20 * YEAR)
            .not_valid_after(self.made_at + 20 * YEAR)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_usage(sign_certificates=True), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.root_key.public_key()),
                critical=False,
            )
            .sign(self.root_key, hashes.SHA256())
        )

    def vendor(self, *, at: datetime | None = None) -> pushcert.Bundle:
        """An MDM vendor's certificate with its key and chain."""
        key = _key()
        certificate = self._issue(key.public_key(), _name("MDM Vendor: Model City"), at or now())
        return pushcert.Bundle(key, certificate, (self.intermediate, self.root))

    def create(self, uploaded: bytes, *, at: datetime | None = None) -> bytes:
        """A new push certificate, with a new topic, for a signed request."""
        return self.renew(uploaded, new_topic(), at=at)

    def renew(self, uploaded: bytes, topic: str, *, at: datetime | None = None) -> bytes:
        """A push certificate with the topic that the account has already, as PEM."""
        asked, chain = pushcert.read_signed_request(uploaded)
        if chain[-1] != self.root or chain[0].issuer != self.intermediate.subject:
            raise Untrusted("The vendor's chain does not lead to Apple's root.")
        key = asked.public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            raise Untrusted("The request has no RSA key.")
        return self.sign(key, topic, at=at).public_bytes(Encoding.PEM)

    def sign(
        self, key: NewKey, topic: str, *, at: datetime | None = None, lifetime: timedelta = YEAR
    ) -> x509.Certificate:
        """A push certificate for any key, without a request."""
        return self._issue(key, _name(f"APSP:{topic[-36:]}", topic), at or now(), lifetime)

    def bundle(
        self, topic: str, *, at: datetime | None = None, lifetime: timedelta = YEAR
    ) -> pushcert.Bundle:
        """A push certificate with its key, as another server would hand it over."""
        key = _key()
        certificate = self.sign(key.public_key(), topic, at=at, lifetime=lifetime)
        return pushcert.Bundle(key, certificate, (self.intermediate, self.root))

    def server(self, host: str = "127.0.0.1") -> pushcert.Bundle:
        """The identity of a simulated service at an address of this machine."""
        key = _key()
        certificate = self._issue(key.public_key(), _name(host), now(), address=ip_address(host))
        return pushcert.Bundle(key, certificate, (self.intermediate, self.root))

    def _issue(
        self,
        key: NewKey,
        name: x509.Name,
        at: datetime,
        lifetime: timedelta = YEAR,
        address: IPv4Address | IPv6Address | None = None,
    ) -> x509.Certificate:
        purpose = ExtendedKeyUsageOID.SERVER_AUTH if address else ExtendedKeyUsageOID.CLIENT_AUTH
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.intermediate.subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(at - BACKDATED)
            .not_valid_after(at + lifetime)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(sign_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
        )
        if address is not None:
            alternative = x509.SubjectAlternativeName([x509.IPAddress(address)])
            builder = builder.add_extension(alternative, critical=False)
        return builder.sign(self.key, hashes.SHA256())


def _usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_encipherment=not sign_certificates,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        content_commitment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
