"""The signed messages of ACME (RFC 8555, section 6.2): flattened JWS, asymmetric algorithms alone.

What an algorithm may be is fixed here, with the kind of key that it goes with: a message cannot
choose to be checked by less.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from josepy import errors, jwa, jwk

from quartermaster.drivers.apple.wire.errors import Malformed, TooLarge, Untrusted

LARGEST = 64 * 1024
LONGEST_TEXT = 1024
SMALLEST_RSA, LARGEST_RSA = 2048, 4096
_CURVES: Mapping[str, tuple[Any, type[ec.EllipticCurve]]] = {
    "ES256": (jwa.ES256, ec.SECP256R1),
    "ES384": (jwa.ES384, ec.SECP384R1),
}
ALGORITHMS = (*_CURVES, "RS256")
_PARTS = {"protected", "payload", "signature"}


class BadAlgorithm(Untrusted):
    """An algorithm that is not accepted."""


class BadKey(Untrusted):
    """A key that cannot be taken."""


@dataclass(frozen=True)
class Message:
    """A message as it came; nothing of it is proven. Its key, or the address of its account."""

    algorithm: str
    url: str
    nonce: str
    key: Mapping[str, Any] | None
    account: str
    payload: bytes
    covered: bytes
    signature: bytes


def read(body: bytes) -> Message:
    """The parts of a message.

    Raises:
        BadAlgorithm: signed by other means than `ALGORITHMS`.
        Malformed: no flattened JWS, or a header that ACME does not allow.
    """
    if len(body) > LARGEST:
        raise TooLarge("The message is too long.")
    outer = _object(body, "The message")
    if set(outer) != _PARTS or not all(isinstance(part, str) for part in outer.values()):
        raise Malformed("The message is not a flattened JWS with a protected header alone.")
    header = _object(decoded(outer["protected"]), "The protected header")
    algorithm, key = header.get("alg"), header.get("jwk")
    if algorithm not in ALGORITHMS:
        raise BadAlgorithm(f"Sign with one of {', '.join(ALGORITHMS)}.")
    if not set(header) <= {"alg", "nonce", "url", "jwk", "kid"}:
        raise Malformed("The protected header has something that is not understood.")
    if ("jwk" in header) == ("kid" in header) or not isinstance(key, dict | None):
        raise Malformed("The protected header needs either a key or an account.")
    return Message(
        algorithm=algorithm,
        url=_text(header, "url"),
        nonce=_text(header, "nonce"),
        key=key,
        account=_text(header, "kid") if "kid" in header else "",
        payload=decoded(outer["payload"]),
        covered=f"{outer['protected']}.{outer['payload']}".encode(),
        signature=decoded(outer["signature"]),
    )


def check(message: Message, key: Mapping[str, Any]) -> None:
    """`Untrusted` unless the message is signed by ``key``, by the means that go with that key."""
    known = _key(key)
    public = known.key
    if message.algorithm in _CURVES:
        verifier, curve = _CURVES[message.algorithm]
        fits = isinstance(known, jwk.JWKEC) and isinstance(public.curve, curve)
    else:
        verifier, fits = jwa.RS256, isinstance(known, jwk.JWKRSA)
    if not fits:
        raise BadKey("The key does not go with the algorithm.")
    try:
        good = verifier.verify(public, message.covered, message.signature)
    except (InvalidSignature, errors.Error, ValueError, TypeError):
        good = False
    if not good:
        raise Untrusted("The signature does not hold.")


def thumbprint(key: Mapping[str, Any]) -> str:
    """What a key is known by (RFC 7638)."""
    return encoded(_key(key).thumbprint())


def public_part(key: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a key that matter, in one form."""
    return dict(_key(key).to_partial_json())


def _key(given: Mapping[str, Any]) -> Any:
    if "d" in given or "k" in given:
        raise BadKey("That is no public key.")
    try:
        known: Any = jwk.JWK.from_json(dict(given))
        public = known.key
    except (errors.Error, ValueError, TypeError, KeyError, AttributeError,
            UnsupportedAlgorithm) as problem:  # fmt: skip
        raise BadKey("The key cannot be read.") from problem
    if isinstance(known, jwk.JWKRSA):
        bits = public.key_size
        if not SMALLEST_RSA <= bits <= LARGEST_RSA:
            raise BadKey(f"An RSA key needs {SMALLEST_RSA} to {LARGEST_RSA} bits.")
    elif not isinstance(known, jwk.JWKEC):
        raise BadKey("Only RSA and elliptic-curve keys are accepted.")
    return known


def decoded(text: str) -> bytes:
    """Base64 of the URL's alphabet, with or without its padding."""
    try:
        plain = text.rstrip("=").encode("ascii")
        if set(plain) & set(b"+/"):
            raise Malformed("That is base64 of another alphabet.")
        return base64.b64decode(plain + b"=" * (-len(plain) % 4), b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError) as problem:
        raise Malformed("Something is not base64url.") from problem


def encoded(plain: bytes) -> str:
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()


def json_of(message: Message) -> dict[str, Any]:
    """The payload, which must be a JSON object."""
    return _object(message.payload, "The payload")


def _object(text: bytes, what: str) -> dict[str, Any]:
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as problem:
        raise Malformed(f"{what} is not JSON.") from problem
    if not isinstance(found, dict):
        raise Malformed(f"{what} is not a JSON object.")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A member is given twice.")
    return found


def _text(source: Mapping[str, Any], key: str) -> str:
    value = source.get(key)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT:
        raise Malformed(f"“{key}” is missing or too long.")
    return value
