"""SCEP (RFC 8894) at the server's side: read a request, write the answer."""

import base64
import binascii
import os
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import unquote

from asn1crypto import cms as asn1_cms
from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import AttributeOID

from quartermaster.drivers.apple.wire import envelope, signing
from quartermaster.drivers.apple.wire.cms import load_signed_data, verify_signer
from quartermaster.drivers.apple.wire.errors import Malformed, TooLarge, Untrusted

CAPABILITIES = ("POSTPKIOperation", "SHA-256", "AES", "DES3", "SCEPStandard", "Renewal")
LARGEST = 64 * 1024


class _PrintableStrings(core.SetOf):  # type: ignore[misc]
    _child_spec = core.PrintableString


class _OctetStrings(core.SetOf):  # type: ignore[misc]
    _child_spec = core.OctetString


_ATTRIBUTES = {
    "2.16.840.1.113733.1.9.2": ("scep_message_type", _PrintableStrings),
    "2.16.840.1.113733.1.9.3": ("scep_pki_status", _PrintableStrings),
    "2.16.840.1.113733.1.9.4": ("scep_fail_info", _PrintableStrings),
    "2.16.840.1.113733.1.9.5": ("scep_sender_nonce", _OctetStrings),
    "2.16.840.1.113733.1.9.6": ("scep_recipient_nonce", _OctetStrings),
    "2.16.840.1.113733.1.9.7": ("scep_transaction_id", _PrintableStrings),
}
for _oid, (_name, _spec) in _ATTRIBUTES.items():  # the library is taught SCEP's attributes once
    asn1_cms.CMSAttributeType._map[_oid] = _name  # noqa: SLF001 (the library's way)
    asn1_cms.CMSAttribute._oid_specs[_name] = _spec  # noqa: SLF001


class MessageType(StrEnum):
    CERT_REP = "3"
    RENEWAL = "17"
    REQUEST = "19"


class FailInfo(StrEnum):
    """Why a request is refused (RFC 8894, section 3.2.1.4)."""

    BAD_ALGORITHM = "0"
    BAD_MESSAGE_CHECK = "1"
    BAD_REQUEST = "2"
    BAD_TIME = "3"
    BAD_CERTIFICATE = "4"


@dataclass(frozen=True)
class Envelope:
    """What can be read of a request before it is opened: enough to answer it."""

    kind: MessageType
    transaction_id: str
    sender_nonce: bytes
    signer: x509.Certificate
    sealed: bytes


@dataclass(frozen=True)
class Request:
    """An opened request for a certificate."""

    envelope: Envelope
    csr: x509.CertificateSigningRequest
    challenge: str


def message_of_get(query_message: str) -> bytes:
    """The bytes of a ``PKIOperation`` sent by GET: base64 of either alphabet."""
    text = unquote(query_message).replace(" ", "+").replace("-", "+").replace("_", "/").strip()
    if len(text) > LARGEST:
        raise TooLarge("The SCEP message is too long.")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as problem:
        raise Malformed("The SCEP message is not base64.") from problem


def read(der: bytes) -> Envelope:
    """Check the outer signature of a request and read its attributes."""
    if len(der) > LARGEST:
        raise TooLarge("The SCEP message is too long.")
    signed = load_signed_data(der)
    try:
        sealed = signed["encap_content_info"]["content"].native
        attributes = {
            item["type"].native: item["values"][0].native
            for item in signed["signer_infos"][0]["signed_attrs"]
        }
        kind = MessageType(attributes["scep_message_type"])
        transaction_id = str(attributes["scep_transaction_id"])
        nonce = attributes["scep_sender_nonce"]
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as problem:
        raise Malformed("The SCEP message lacks an attribute.") from problem
    if not isinstance(sealed, bytes) or not isinstance(nonce, bytes) or len(transaction_id) > 255:  # noqa: PLR2004
        raise Malformed("The SCEP message is not well-formed.")
    if kind is MessageType.CERT_REP:
        raise Malformed("A server does not take certificate answers.")
    signer = verify_signer(signed, sealed)
    return Envelope(kind, transaction_id, nonce, signer, sealed)


def open_request(outer: Envelope, key: rsa.RSAPrivateKey, *, allow_des: bool = False) -> Request:
    """Decrypt a request and check that its sender holds the key to be certified."""
    der = envelope.decrypt(outer.sealed, key, allow_des=allow_des)
    try:
        csr = x509.load_der_x509_csr(der)
        valid = csr.is_signature_valid
        challenge = _challenge(csr)
    except (ValueError, TypeError) as problem:
        raise Malformed("The certificate request is not well-formed.") from problem
    if not valid:
        raise Untrusted("The certificate request is not signed by its own key.")
    return Request(outer, csr, challenge)


def _challenge(csr: x509.CertificateSigningRequest) -> str:
    try:
        value = csr.attributes.get_attribute_for_oid(AttributeOID.CHALLENGE_PASSWORD).value
    except x509.AttributeNotFound:
        return ""
    return value.decode("utf-8", "replace")[:200]


def success(
    outer: Envelope,
    issued: x509.Certificate,
    authority: x509.Certificate,
    key: rsa.RSAPrivateKey,
    at: datetime,
) -> bytes:
    """The answer that carries the certificate, sealed for the request's signer."""
    chain = pkcs7.serialize_certificates([issued, authority], Encoding.DER)
    sealed = envelope.encrypt(chain, _recipient(outer.signer))
    return signing.signed(sealed, _reply(outer, "0"), authority, key, at)


def failure(
    outer: Envelope,
    why: FailInfo,
    authority: x509.Certificate,
    key: rsa.RSAPrivateKey,
    at: datetime,
) -> bytes:
    """The answer that refuses."""
    attributes = {**_reply(outer, "2"), "scep_fail_info": why.value}
    return signing.signed(b"", attributes, authority, key, at)


def _recipient(signer: x509.Certificate) -> x509.Certificate:
    if not isinstance(signer.public_key(), rsa.RSAPublicKey):
        raise Untrusted("SCEP needs an RSA key.")
    return signer


def _reply(outer: Envelope, status: str) -> dict[str, str | bytes]:
    return {
        "scep_message_type": MessageType.CERT_REP.value,
        "scep_pki_status": status,
        "scep_transaction_id": outer.transaction_id,
        "scep_sender_nonce": os.urandom(16),
        "scep_recipient_nonce": outer.sender_nonce,
    }
