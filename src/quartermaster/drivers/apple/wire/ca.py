"""The arithmetic of a certificate authority for device identities. Keeps nothing."""

from datetime import datetime, timedelta
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from quartermaster.drivers.apple.wire.errors import Untrusted

AUTHORITY_YEARS = 10
RECIPIENT_YEARS = 20
LONGEST_IDENTITY = timedelta(days=365)
BACKDATED = timedelta(hours=1)  # devices whose clock is slow
SMALLEST_RSA = 2048
IDENTITY_KEYS = (rsa.RSAPublicKey, ec.EllipticCurvePublicKey)


def new_key() -> rsa.RSAPrivateKey:
    """A private key for an authority. SCEP needs RSA."""
    return rsa.generate_private_key(public_exponent=65537, key_size=3072)


def new_authority(key: rsa.RSAPrivateKey, city: str, at: datetime) -> x509.Certificate:
    """A self-signed authority that issues identities and decrypts SCEP requests."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, city[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, "Device identity authority"),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        key_encipherment=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - BACKDATED)
        .not_valid_after(at + timedelta(days=365 * AUTHORITY_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def new_recipient(key: rsa.RSAPrivateKey, city: str, at: datetime) -> x509.Certificate:
    """A self-signed certificate to which devices seal what they tell in confidence."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, city[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, "Recovery keys"),
        ]
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - BACKDATED)
        .not_valid_after(at + timedelta(days=365 * RECIPIENT_YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_encipherment(), critical=True)
        .sign(key, hashes.SHA256())
    )


def _encipherment() -> x509.KeyUsage:
    return x509.KeyUsage(
        key_encipherment=True,
        data_encipherment=True,
        digital_signature=False,
        key_cert_sign=False,
        crl_sign=False,
        content_commitment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def issue(
    public_key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey,
    *,
    holder: UUID,
    authority: x509.Certificate,
    key: rsa.RSAPrivateKey,
    at: datetime,
    lifetime: timedelta = LONGEST_IDENTITY,
) -> x509.Certificate:
    """A device identity: its name is a UUID of ours, whatever the request asked to be called.

    Raises:
        Untrusted: the key is too weak.
    """
    if isinstance(public_key, rsa.RSAPublicKey) and public_key.key_size < SMALLEST_RSA:
        raise Untrusted(f"The key has {public_key.key_size} bits; {SMALLEST_RSA} are needed.")
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(holder))])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority.subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - BACKDATED)
        .not_valid_after(at + min(lifetime, LONGEST_IDENTITY))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([x509.UniformResourceIdentifier(f"urn:uuid:{holder}")]),
            critical=False,
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()),  # type: ignore[arg-type]
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )


def fingerprint(certificate: x509.Certificate) -> bytes:
    """What an enrolment is pinned to: SHA-256 over the certificate, 32 bytes."""
    return certificate.fingerprint(hashes.SHA256())
