"""Certificate requests (PKCS#10) as clients in the field encode them.

``cryptography`` insists that a request's attributes stand in DER's order. The libraries of old SCEP
clients write them in the order in which they were added, and every other server takes that; so the
request is read here with asn1crypto, and its signature is checked over the bytes as they came.
"""

from dataclasses import dataclass

from asn1crypto import csr as asn1_csr
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from quartermaster.drivers.apple.wire import envelope
from quartermaster.drivers.apple.wire.cms import DIGESTS
from quartermaster.drivers.apple.wire.errors import Malformed, Untrusted
from quartermaster.drivers.apple.wire.scep import Envelope

LONGEST_CHALLENGE = 200
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


@dataclass(frozen=True)
class CertificateRequest:
    """What matters of a request: the proven key. Its wishes for names are not followed."""

    key: PublicKey
    challenge: str

    def public_key(self) -> PublicKey:
        return self.key


@dataclass(frozen=True)
class Opened:
    """An opened SCEP request, whoever encoded it."""

    envelope: Envelope
    csr: CertificateRequest

    @property
    def challenge(self) -> str:
        return self.csr.challenge


def open_request(outer: Envelope, key: rsa.RSAPrivateKey, *, allow_des: bool = False) -> Opened:
    """Decrypt a SCEP request and check that its sender holds the key to be certified."""
    return Opened(outer, load(envelope.decrypt(outer.sealed, key, allow_des=allow_des)))


def load(der: bytes) -> CertificateRequest:
    """Read a request and check its signature by its own key.

    Raises:
        Malformed: not a request.
        Untrusted: signed by another key, or by means that are not accepted.
    """
    try:
        request = asn1_csr.CertificationRequest.load(der, strict=True)
        info = request["certification_request_info"]
        key = load_der_public_key(info["subject_pk_info"].dump())
        digest = request["signature_algorithm"].hash_algo
        signature = request["signature"].native
        signed = info.dump()
        challenge = _challenge(info["attributes"])
    except (
        ValueError, TypeError, KeyError, IndexError, AttributeError, UnsupportedAlgorithm
    ) as problem:  # fmt: skip
        raise Malformed("The certificate request is not well-formed.") from problem
    if digest not in DIGESTS:
        raise Untrusted("The certificate request's digest is not accepted.")
    return CertificateRequest(_proven(key, signature, signed, digest), challenge)


def _proven(key: object, signature: bytes, signed: bytes, digest: str) -> PublicKey:
    algorithm = DIGESTS[digest]()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), algorithm)
            return key
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(algorithm))
            return key
    except InvalidSignature as problem:
        raise Untrusted("The certificate request is not signed by its own key.") from problem
    raise Untrusted("Only RSA and elliptic-curve keys are accepted.")


def _challenge(attributes: asn1_csr.CRIAttributes) -> str:
    for attribute in attributes:
        if attribute["type"].native == "challenge_password":
            return str(attribute["values"][0].native)[:LONGEST_CHALLENGE]
    return ""
