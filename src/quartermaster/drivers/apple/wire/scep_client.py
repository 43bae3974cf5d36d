"""SCEP at the client's side, for simulated devices and for proving the server's."""

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs7
from cryptography.x509.oid import AttributeOID, NameOID

from quartermaster.drivers.apple.wire import envelope, signing
from quartermaster.drivers.apple.wire.cms import load_signed_data, verify_signer
from quartermaster.drivers.apple.wire.errors import Malformed, Untrusted
from quartermaster.drivers.apple.wire.scep import MessageType


@dataclass(frozen=True)
class Sent:
    """A request on its way, with what is needed to read its answer."""

    message: bytes
    key: rsa.RSAPrivateKey
    signer: x509.Certificate
    signer_key: rsa.RSAPrivateKey
    nonce: bytes
    transaction_id: str


def request(
    key: rsa.RSAPrivateKey,
    *,
    name: str,
    challenge: str,
    authority: x509.Certificate,
    at: datetime,
    renewing: x509.Certificate | None = None,
    present_key: rsa.RSAPrivateKey | None = None,
) -> Sent:
    """A request for a certificate, signed by itself or, to renew, by the present certificate.

    ``present_key`` is that certificate's, if the new one is for another key.
    """
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
    if challenge:
        builder = builder.add_attribute(AttributeOID.CHALLENGE_PASSWORD, challenge.encode())
    csr = builder.sign(key, hashes.SHA256())
    signer_key = (present_key if renewing else None) or key
    signer = renewing or _self_signed(key, subject, at)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    nonce, transaction_id = os.urandom(16), hashlib.sha256(public).hexdigest()
    kind = MessageType.RENEWAL if renewing else MessageType.REQUEST
    message = signing.signed(
        envelope.encrypt(csr.public_bytes(Encoding.DER), authority),
        {
            "scep_message_type": kind.value,
            "scep_transaction_id": transaction_id,
            "scep_sender_nonce": nonce,
        },
        signer,
        signer_key,
        at,
    )
    return Sent(message, key, signer, signer_key, nonce, transaction_id)


def _self_signed(key: rsa.RSAPrivateKey, name: x509.Name, at: datetime) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(hours=1))
        .not_valid_after(at + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )


def read_answer(der: bytes, sent: Sent, authority: x509.Certificate) -> x509.Certificate:
    """The certificate in an answer; `Untrusted` with the failure where it was refused."""
    signed = load_signed_data(der)
    try:
        attributes = {
            item["type"].native: item["values"][0].native
            for item in signed["signer_infos"][0]["signed_attrs"]
        }
        content = signed["encap_content_info"]["content"].native or b""
        status, echo = attributes["scep_pki_status"], attributes["scep_recipient_nonce"]
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as problem:
        raise Malformed("The SCEP answer lacks an attribute.") from problem
    if verify_signer(signed, content) != authority or echo != sent.nonce:
        raise Untrusted("The SCEP answer is not to this request.")
    if status != "0":
        raise Untrusted(f"Refused, failInfo {attributes.get('scep_fail_info')}.")
    chain = envelope.decrypt(content, sent.signer_key, allow_des=False)
    public = sent.key.public_key()
    for certificate in pkcs7.load_der_pkcs7_certificates(chain):
        if certificate.public_key() == public:
            return certificate
    raise Malformed("The SCEP answer has no certificate for this key.")


def certificates_of(der: bytes) -> list[x509.Certificate]:
    """The certificates of a ``GetCACert`` answer, one or a degenerate SignedData."""
    try:
        return [x509.load_der_x509_certificate(der)]
    except ValueError:
        return list(pkcs7.load_der_pkcs7_certificates(der))
