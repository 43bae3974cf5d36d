"""Who speaks: the device's certificate, proven before a byte of the message is parsed."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime, timedelta

from cryptography import x509
from django.conf import settings

from quartermaster.drivers.apple.wire import ca, cms
from quartermaster.drivers.apple.wire.errors import Malformed, Untrusted
from quartermaster.mdm.authority import OpenAuthority

TRUST_FOR = timedelta(minutes=10)
MOST_TRUSTED = 50_000
SIGNATURE_HEADER = "mdm-signature"

_trusted: dict[bytes, datetime] = {}


def prove(headers: Mapping[str, str], body: bytes, authority: OpenAuthority, at: datetime) -> bytes:
    """The fingerprint of the certificate that speaks, after checking that it is one of ours.

    By the ``Mdm-Signature`` header, or by the header in which a trusted proxy passes on the client
    certificate that it checked (RFC 9440), where the installation names one.

    Raises:
        Untrusted: no proof, a signature that does not hold, another authority, out of date.
    """
    certificate = _speaker(headers, body)
    fingerprint = ca.fingerprint(certificate)
    until = _trusted.get(fingerprint)
    if until is None or until <= at:
        cms.check_issued(certificate, authority.certificate, at)
        if len(_trusted) >= MOST_TRUSTED:
            _trusted.clear()
        _trusted[fingerprint] = min(at + TRUST_FOR, certificate.not_valid_after_utc)
    return fingerprint


def _speaker(headers: Mapping[str, str], body: bytes) -> x509.Certificate:
    signature = headers.get(SIGNATURE_HEADER)
    if signature:
        return cms.signer_of_header(signature, body)
    proxied = settings.DEVICE_CERTIFICATE_HEADER
    if proxied and headers.get(proxied):
        return _from_proxy(headers[proxied])
    raise Untrusted("The message carries no Mdm-Signature.")


def _from_proxy(value: str) -> x509.Certificate:
    """RFC 9440: the certificate's DER in base64 between colons."""
    try:
        return x509.load_der_x509_certificate(base64.b64decode(value.strip(": "), validate=True))
    except (binascii.Error, ValueError, x509.InvalidVersion) as problem:
        raise Malformed("The proxy's certificate header cannot be read.") from problem
