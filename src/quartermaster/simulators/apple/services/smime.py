"""S/MIME as Apple's portal wraps what it encrypts for somebody."""

import base64
import textwrap

from cryptography import x509
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

HEAD = (
    'Content-Type: application/pkcs7-mime; name="smime.p7m"; smime-type=enveloped-data\r\n'
    "Content-Transfer-Encoding: base64\r\n"
    'Content-Disposition: attachment; filename="smime.p7m"\r\n'
    "Content-Description: S/MIME Encrypted Message\r\n\r\n"
)


def sealed_for(certificate: x509.Certificate, plain: bytes) -> bytes:
    """``plain`` as a text part, in an envelope for one certificate."""
    part = (
        b"Content-Type: text/plain;charset=UTF-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n" + plain
    )
    der = (
        pkcs7.PKCS7EnvelopeBuilder()
        .set_data(part)
        .add_recipient(certificate)
        .set_content_encryption_algorithm(AES256)
        .encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])
    )
    lines = textwrap.wrap(base64.b64encode(der).decode(), 76)
    return (HEAD + "\r\n".join(lines) + "\r\n").encode()
