"""The authority that gives every Apple device its certificate, and what a device signs with it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from quartermaster.simulators.clock import now

YEAR = timedelta(days=365)


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class DeviceIdentity:
    """The key that a device was made with, and its chain."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate
    above: tuple[x509.Certificate, ...] = ()

    def sign(self, body: bytes, *, timed: bool = True) -> bytes:
        """``body`` in a SignedData; Macs leave the signed attributes, and the time, out."""
        builder = pkcs7.PKCS7SignatureBuilder().set_data(body)
        builder = builder.add_signer(self.certificate, self.key, hashes.SHA256())
        for certificate in self.above:
            builder = builder.add_certificate(certificate)
        options = [pkcs7.PKCS7Options.Binary]
        if not timed:
            options.append(pkcs7.PKCS7Options.NoAttributes)
        return builder.sign(Encoding.DER, options)


@dataclass
class DeviceAuthority:
    """A root, and below it the authority for devices, which ran out years ago as Apple's did."""

    made_at: datetime = field(default_factory=now)
    root_key: rsa.RSAPrivateKey = field(default_factory=_key)
    key: rsa.RSAPrivateKey = field(default_factory=_key)

    def __post_init__(self) -> None:
        self.root = self._authority("Simulated Root CA", None, self.root_key, 20 * YEAR)
        self.certificate = self._authority("Simulated Device CA", self.root, self.key, -10 * YEAR)

    def _authority(
        self,
        name: str,
        above: x509.Certificate | None,
        key: rsa.RSAPrivateKey,
        lasts: timedelta,
    ) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(above.subject if above else subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.made_at - 19 * YEAR)
            .not_valid_after(self.made_at + lasts)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self.root_key, hashes.SHA256())
        )

    @property
    def pem(self) -> bytes:
        """What a server must trust: the root, and the authority of devices."""
        return self.root.public_bytes(Encoding.PEM) + self.certificate.public_bytes(Encoding.PEM)

    def identity(self) -> DeviceIdentity:
        """A new device's key and certificate. Its name is none of the device's numbers."""
        key = _key()
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(uuid4()).upper())])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.made_at - YEAR)
            .not_valid_after(self.made_at + 2 * YEAR)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .sign(self.key, hashes.SHA256())
        )
        return DeviceIdentity(key, certificate, (self.certificate,))
