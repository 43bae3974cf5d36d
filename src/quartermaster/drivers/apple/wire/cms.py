"""CMS (RFC 5652): the device's detached signature, and our signature on profiles."""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

from asn1crypto import cms as asn1_cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import ExtendedKeyUsageOID

from quartermaster.drivers.apple.wire import quick
from quartermaster.drivers.apple.wire.errors import Malformed, TooLarge, Untrusted

LONGEST_SIGNATURE = 64 * 1024
# SHA-1 is what systems of before 2017 sign with; the certificate, not the digest, is the trust.
DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
SMALLEST_RSA = 2048


def signer_of_header(header: str, body: bytes) -> x509.Certificate:
    """The certificate that signed ``body``, from the ``Mdm-Signature`` header.

    The signature is checked; whether the certificate is one of ours is `check_issued`'s to say.
    """
    if len(header) > LONGEST_SIGNATURE:
        raise TooLarge("The Mdm-Signature header is too long.")
    try:
        der = base64.b64decode(header, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise Malformed("The Mdm-Signature header is not base64.") from problem
    return verify_detached(der, body)


def verify_detached(der: bytes, body: bytes) -> x509.Certificate:
    """Check a SignedData over ``body`` and return its one signer's certificate."""
    return quick.signer(der, body) or verify_signer(load_signed_data(der), body)


def load_signed_data(der: bytes) -> asn1_cms.SignedData:
    try:
        info = asn1_cms.ContentInfo.load(der, strict=True)
        if info["content_type"].native != "signed_data":
            raise Malformed("The message is not CMS SignedData.")
        signed = info["content"]
        if len(signed["signer_infos"]) != 1:
            raise Malformed("Exactly one signer is expected.")
    except (ValueError, TypeError, KeyError) as problem:
        raise Malformed("The signature is not well-formed.") from problem
    return signed


def content_of(der: bytes) -> bytes:
    """What is inside a SignedData, whoever signed it.

    Raises:
        Malformed: it is none, or it has nothing inside.
    """
    inside = load_signed_data(der)["encap_content_info"]["content"].native
    if not isinstance(inside, bytes):
        raise Malformed("The signed message has nothing inside.")
    return inside


def verify_signer(signed: asn1_cms.SignedData, body: bytes) -> x509.Certificate:
    """Check the one signer of ``signed`` over ``body``; the signer's certificate."""
    try:
        info = signed["signer_infos"][0]
        certificate = _certificate_of(signed, info)
        name = info["digest_algorithm"]["algorithm"].native
        if name not in DIGESTS:
            raise Untrusted(f"Signatures with {name} are not accepted.")
        _verify(certificate, info["signature"].native, _signed_bytes(info, body, name), name)
    except (UnsupportedAlgorithm, x509.InvalidVersion) as problem:
        raise Untrusted("The signer's certificate or key is of a kind not accepted.") from problem
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as problem:
        raise Malformed("The signature is not well-formed.") from problem
    return certificate


def _certificate_of(signed: asn1_cms.SignedData, info: asn1_cms.SignerInfo) -> x509.Certificate:
    wanted = info["sid"].chosen
    for choice in signed["certificates"]:
        if choice.name != "certificate":
            continue
        candidate = choice.chosen
        if info["sid"].name == "issuer_and_serial_number":
            same = (
                candidate.serial_number == wanted["serial_number"].native
                and candidate.issuer.dump() == wanted["issuer"].dump()
            )
        else:
            same = candidate.key_identifier == wanted.native
        if same:
            return x509.load_der_x509_certificate(candidate.dump())
    raise Untrusted("The signer's certificate is not in the message.")


def _signed_bytes(info: asn1_cms.SignerInfo, body: bytes, digest_name: str) -> bytes:
    attributes = info["signed_attrs"]
    if not attributes:
        return body
    kept = {item["type"].native: item["values"] for item in attributes}
    stated = kept["message_digest"][0].native
    actual = hashlib.new(digest_name, body).digest()
    if not hmac.compare_digest(stated, actual):
        raise Untrusted("The signature is over another message.")
    return bytes(attributes.untag().dump())


def _verify(certificate: x509.Certificate, signature: bytes, data: bytes, digest: str) -> None:
    algorithm = DIGESTS[digest]()
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(algorithm))
        else:
            raise Untrusted("Only RSA and elliptic-curve keys are accepted.")
    except InvalidSignature as problem:
        raise Untrusted("The signature does not hold.") from problem


def check_issued(certificate: x509.Certificate, authority: x509.Certificate, at: datetime) -> None:
    """`Untrusted` unless ``authority`` issued ``certificate`` for clients and it is in date."""
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature) as problem:
        raise Untrusted("The certificate was not issued by this installation.") from problem
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise Untrusted("The certificate is out of date.")
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, ValueError) as problem:
        raise Untrusted("The certificate names no purpose.") from problem
    if ExtendedKeyUsageOID.CLIENT_AUTH not in usages:
        raise Untrusted("The certificate is not a client's.")


def sign(body: bytes, certificate: x509.Certificate, key: rsa.RSAPrivateKey) -> bytes:
    """``body`` inside a CMS SignedData (DER), as profiles are signed."""
    return (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(body)
        .add_signer(certificate, key, hashes.SHA256())
        .sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    )


def sign_detached(
    body: bytes,
    certificate: x509.Certificate,
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
) -> bytes:
    """A detached SignedData over ``body`` (DER), as a device signs its messages."""
    return (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(body)
        .add_signer(certificate, key, hashes.SHA256())
        .sign(
            serialization.Encoding.DER,
            [pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.DetachedSignature],
        )
    )
