"""The common shape of a device's signature, read in one step.

Every message of a device carries a CMS signature, and reading one structure by structure takes
longer than all the rest of a poll. What devices send is nearly always the same: DER, one signer
named by issuer and serial number, signed attributes. That shape is read here by the declarative
reader of `cryptography`; whatever differs is left to `cms`, which reads everything. Each of the two
is a whole proof: nothing is accepted here that is not verified here.
"""

import hashlib
import hmac
from functools import lru_cache
from typing import Annotated, Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ObjectIdentifier

SIGNED_DATA = ObjectIdentifier("1.2.840.113549.1.7.2")
MOST_READ = 2048  # certificates, some kilobytes each
MESSAGE_DIGEST = ObjectIdentifier("1.2.840.113549.1.9.4")
_DIGESTS: dict[ObjectIdentifier, tuple[str, hashes.HashAlgorithm]] = {
    ObjectIdentifier("1.3.14.3.2.26"): ("sha1", hashes.SHA1()),  # noqa: S303 (see cms.DIGESTS)
    ObjectIdentifier("2.16.840.1.101.3.4.2.1"): ("sha256", hashes.SHA256()),
    ObjectIdentifier("2.16.840.1.101.3.4.2.2"): ("sha384", hashes.SHA384()),
    ObjectIdentifier("2.16.840.1.101.3.4.2.3"): ("sha512", hashes.SHA512()),
}


@asn1.sequence
class _Algorithm:
    name: ObjectIdentifier
    parameters: asn1.Null | None


@asn1.sequence
class _Signer:
    issuer: asn1.TLV
    serial: int


@asn1.sequence
class _Attribute:
    kind: ObjectIdentifier
    values: asn1.SetOf[asn1.TLV]


@asn1.sequence
class _Content:
    kind: ObjectIdentifier
    content: Annotated[bytes | None, asn1.Explicit(0)]


@asn1.sequence
class _SignerInfo:
    version: int
    signer: _Signer
    digest: _Algorithm
    attributes: Annotated[asn1.SetOf[_Attribute], asn1.Implicit(0)]
    algorithm: _Algorithm
    signature: bytes


@asn1.sequence
class _SignedData:
    version: int
    digests: asn1.SetOf[_Algorithm]
    content: _Content
    certificates: Annotated[asn1.SetOf[x509.Certificate], asn1.Implicit(0)]
    signers: asn1.SetOf[_SignerInfo]


@asn1.sequence
class _ContentInfo:
    kind: ObjectIdentifier
    content: Annotated[_SignedData, asn1.Explicit(0)]


def signer(der: bytes, body: bytes) -> x509.Certificate | None:
    """The certificate whose key signed ``body``; None: not of the common shape, or not proven."""
    try:
        info = asn1.decode_der(_ContentInfo, der)
        signers = info.content.signers.as_list()
        if info.kind != SIGNED_DATA or len(signers) != 1:
            return None
        return _proven(signers[0], info.content.certificates.as_list(), body)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, x509.InvalidVersion):
        return None


def _proven(
    said: _SignerInfo, certificates: list[x509.Certificate], body: bytes
) -> x509.Certificate | None:
    known = _DIGESTS.get(said.digest.name)
    if known is None:
        return None
    name, algorithm = known
    stated = [item.values for item in said.attributes.as_list() if item.kind == MESSAGE_DIGEST]
    if len(stated) != 1 or len(stated[0].as_list()) != 1:
        return None
    digest = stated[0].as_list()[0].parse(bytes)
    if not hmac.compare_digest(digest, hashlib.new(name, body).digest()):
        return None
    wanted = asn1.encode_der(said.signer.issuer), said.signer.serial
    for certificate in certificates:
        named, key = _read(certificate)
        if named == wanted:
            _verify(key, said.signature, asn1.encode_der(said.attributes), algorithm)
            return certificate
    return None


@lru_cache(maxsize=MOST_READ)
def _read(certificate: x509.Certificate) -> tuple[tuple[bytes, int], Any]:
    """What a certificate is named by, and its key: the same as long as its bytes are."""
    return (certificate.issuer.public_bytes(), certificate.serial_number), certificate.public_key()


def _verify(key: Any, signature: bytes, signed: bytes, algorithm: hashes.HashAlgorithm) -> None:
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, signed, padding.PKCS1v15(), algorithm)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, signed, ec.ECDSA(algorithm))
    else:
        raise UnsupportedAlgorithm("Only RSA and elliptic-curve keys are accepted.")
