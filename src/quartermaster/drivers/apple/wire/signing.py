"""CMS SignedData with attributes of our choosing, which SCEP needs and libraries do not offer."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from asn1crypto import algos, core
from asn1crypto import cms as asn1_cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding


def signed(
    content: bytes,
    attributes: Mapping[str, str | bytes],
    certificate: x509.Certificate,
    key: rsa.RSAPrivateKey,
    at: datetime,
) -> bytes:
    """``content`` in a SignedData (DER) with ``attributes`` among the signed ones; SHA-256, RSA."""
    bare = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    signed_attributes = asn1_cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["data"]},
            {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
            {
                "type": "signing_time",
                "values": [asn1_cms.Time({"utc_time": core.UTCTime(at.replace(microsecond=0))})],
            },
            *({"type": name, "values": [value]} for name, value in attributes.items()),
        ]
    )
    signature = key.sign(signed_attributes.dump(), padding.PKCS1v15(), hashes.SHA256())
    info = asn1_cms.SignerInfo(
        {
            "version": "v1",
            "sid": asn1_cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": asn1_cms.IssuerAndSerialNumber(
                        {"issuer": bare.issuer, "serial_number": bare.serial_number}
                    )
                }
            ),
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "signed_attrs": signed_attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15"}),
            "signature": signature,
        }
    )
    data = asn1_cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
            "encap_content_info": {"content_type": "data", "content": content},
            "certificates": [asn1_cms.CertificateChoices({"certificate": bare})],
            "signer_infos": [info],
        }
    )
    return bytes(asn1_cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())
