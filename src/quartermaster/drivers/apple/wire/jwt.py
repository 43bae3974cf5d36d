"""JSON Web Tokens as Apple's identity service takes them (RFC 7519, RS256)."""

import base64
import json
from collections.abc import Mapping

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa


def signed(claims: Mapping[str, str | int], key: rsa.RSAPrivateKey) -> bytes:
    """The claims as a token in the compact form."""
    header = _part({"alg": "RS256", "typ": "JWT"})
    said = header + b"." + _part(claims)
    return said + b"." + _bare(key.sign(said, padding.PKCS1v15(), hashes.SHA256()))


def _part(value: Mapping[str, str | int]) -> bytes:
    return _bare(json.dumps(dict(value), separators=(",", ":")).encode())


def _bare(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
