"""The push certificate: the request that Apple's portal takes, and what it gives back.

The portal (identity.apple.com/pushcert) takes a property list, in base64, that holds our request
and a vendor's signature over it. What comes back is a certificate whose subject names the topic
that devices listen to.
"""

import base64
import binascii
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from quartermaster.drivers.apple.wire import plist
from quartermaster.drivers.apple.wire.errors import Malformed, Untrusted

TOPICS = "com.apple.mgmt."
LARGEST = 256 * 1024
MOST_CERTIFICATES = 10
_PEM = b"-----BEGIN "


@dataclass(frozen=True)
class Bundle:
    """A private key and its certificate, with the certificates above it."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate
    above: tuple[x509.Certificate, ...] = ()

    def pem(self) -> bytes:
        """Everything in one file, the key not encrypted."""
        plain = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        chain = (self.certificate, *self.above)
        return plain + b"".join(item.public_bytes(Encoding.PEM) for item in chain)


def new_key() -> rsa.RSAPrivateKey:
    """A private key for a push certificate. Apple takes RSA alone."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def request(key: rsa.RSAPrivateKey, organisation: str) -> x509.CertificateSigningRequest:
    """The certificate request. Apple writes a subject of its own into the certificate."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, "Quartermaster push"),
        ]
    )
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    return builder.sign(key, hashes.SHA256())


def signed_request(asked: x509.CertificateSigningRequest, vendor: Bundle) -> bytes:
    """The request with a vendor's signature, as the portal takes it."""
    der = asked.public_bytes(Encoding.DER)
    signature = vendor.key.sign(der, padding.PKCS1v15(), hashes.SHA256())
    chain = b"".join(
        item.public_bytes(Encoding.PEM) for item in (vendor.certificate, *vendor.above)
    )
    listed = {
        "PushCertRequestCSR": base64.b64encode(der).decode(),
        "PushCertCertificateChain": chain.decode(),
        "PushCertSignature": base64.b64encode(signature).decode(),
    }
    return base64.b64encode(plist.dumps(listed))


def read_signed_request(
    body: bytes,
) -> tuple[x509.CertificateSigningRequest, tuple[x509.Certificate, ...]]:
    """The request in a signed one and the vendor's chain, after checking the signature."""
    try:
        listed = plist.loads(base64.b64decode(b"".join(body.split()), validate=True))
        der = base64.b64decode(listed["PushCertRequestCSR"], validate=True)
        signature = base64.b64decode(listed["PushCertSignature"], validate=True)
        chain = certificates(str(listed["PushCertCertificateChain"]).encode())
        asked = x509.load_der_x509_csr(der)
    except (binascii.Error, KeyError, TypeError, ValueError) as problem:
        raise Malformed("This is no signed push certificate request.") from problem
    key = chain[0].public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise Untrusted("The vendor's certificate has no RSA key.")
    try:
        key.verify(signature, der, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as problem:
        raise Untrusted("The vendor's signature does not hold.") from problem
    return asked, chain


def certificates(content: bytes) -> tuple[x509.Certificate, ...]:
    """The certificates in a PEM file, or the one in a DER file."""
    if len(content) > LARGEST:
        raise Malformed("The file is too large for a certificate.")
    try:
        if _PEM in content:
            found = x509.load_pem_x509_certificates(content)
        else:
            found = [x509.load_der_x509_certificate(content)]
    except (ValueError, x509.InvalidVersion) as problem:
        raise Malformed("There is no certificate in the file.") from problem
    if len(found) > MOST_CERTIFICATES:
        raise Malformed(f"The file has {len(found)} certificates; that is no chain.")
    return tuple(found)


def bundle(content: bytes, password: str = "") -> Bundle:
    """A key with its certificate out of one file: PEM, or PKCS#12 (.p12, .pfx).

    Raises:
        Malformed: neither of them, or no key in it.
        Untrusted: the password does not open it, or the certificate is of another key.
    """
    if len(content) > LARGEST:
        raise Malformed("The file is too large for a certificate and its key.")
    key, found = _of_pem(content, password) if _PEM in content else _of_pkcs12(content, password)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise Malformed("The private key is not RSA.")
    for candidate in found:
        if fits(candidate, key):
            rest = tuple(item for item in found if item is not candidate)
            return Bundle(key, candidate, chain_above(candidate, rest))
    raise Untrusted("No certificate in the file belongs to the private key in it.")


def _of_pem(content: bytes, password: str) -> tuple[object, tuple[x509.Certificate, ...]]:
    found = certificates(content)
    try:
        key = load_pem_private_key(_key_block(content), password.encode() or None)
    except TypeError as problem:  # encrypted and no password, or the other way round
        wrong = "The private key is encrypted; give its password."
        raise Untrusted(
            "The private key is not encrypted; leave the password empty." if password else wrong
        ) from problem
    except ValueError as problem:
        raise Untrusted("The password does not open the private key.") from problem
    return key, found


def _key_block(content: bytes) -> bytes:
    """The PEM block of the private key alone: the reader wants it first."""
    for part in content.split(_PEM)[1:]:
        label, _, _ = part.partition(b"-----")
        if label.endswith(b"PRIVATE KEY"):
            return _PEM + part
    raise Malformed("There is no private key in the file; bring the certificate with its key.")


def _of_pkcs12(content: bytes, password: str) -> tuple[object, tuple[x509.Certificate, ...]]:
    try:
        key, own, others = pkcs12.load_key_and_certificates(content, password.encode() or None)
    except ValueError as problem:
        raise Untrusted(
            "The file is no PKCS#12 file, or the password does not open it."
        ) from problem
    if key is None or own is None:
        raise Malformed("There is no private key with its certificate in the file.")
    return key, (own, *others)


def fits(certificate: x509.Certificate, key: rsa.RSAPrivateKey) -> bool:
    """Whether a certificate was made for this key."""
    theirs = certificate.public_key()
    if not isinstance(theirs, rsa.RSAPublicKey):
        return False
    return theirs.public_numbers() == key.public_key().public_numbers()


def chain_above(
    leaf: x509.Certificate, others: tuple[x509.Certificate, ...]
) -> tuple[x509.Certificate, ...]:
    """Those of ``others`` that lead from ``leaf`` upwards, in order."""
    chain: list[x509.Certificate] = []
    here = leaf
    while here.issuer != here.subject:
        following = next((item for item in others if item.subject == here.issuer), None)
        if following is None or following in chain:
            break
        chain.append(following)
        here = following
    return tuple(chain)


def topic_of(certificate: x509.Certificate) -> str:
    """The topic in the subject of a push certificate; `Untrusted` where it has none for MDM."""
    for named in certificate.subject.get_attributes_for_oid(NameOID.USER_ID):
        topic = str(named.value)
        if topic.startswith(TOPICS):
            return topic
    raise Untrusted(
        "This is no push certificate for device management: its subject names no topic that begins"
        f" with {TOPICS}"
    )
