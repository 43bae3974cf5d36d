"""Certificate requests: read as old clients write them, and never believed unproven."""

import contextlib
import hashlib

import pytest
from asn1crypto import core
from asn1crypto import csr as asn1_csr
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AttributeOID, NameOID
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.wire import csr
from quartermaster.drivers.apple.wire.errors import Malformed, Untrusted, WireError

NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "device")])


def request(key, challenge: str = "once") -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(NAME)
    builder = builder.add_extension(x509.KeyUsage(*[True] + [False] * 8), critical=True)
    builder = builder.add_attribute(AttributeOID.CHALLENGE_PASSWORD, challenge.encode())
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def in_another_order(der: bytes, key) -> bytes:
    """The same request with its attributes in the order of old libraries, signed anew."""
    made = asn1_csr.CertificationRequest.load(der)
    info = made["certification_request_info"]
    attributes = sorted((item.dump() for item in info["attributes"]), reverse=True)
    head = b"".join(info[name].dump() for name in ("version", "subject", "subject_pk_info"))
    body = b"".join(attributes)
    tail = b"\xa0" + bytes([len(body)]) + body
    changed = core.Sequence(contents=head + tail)
    signature = key.sign(changed.dump(), padding.PKCS1v15(), hashes.SHA256())
    rest = made["signature_algorithm"].dump() + core.OctetBitString(signature).dump()
    return core.Sequence(contents=changed.dump() + rest).dump()


def test_a_request_gives_its_proven_key_and_its_challenge(key):
    opened = csr.load(request(key))
    assert (opened.public_key(), opened.challenge) == (key.public_key(), "once")


def test_attributes_in_another_order_are_taken(key):
    odd = in_another_order(request(key), key)
    with pytest.raises(ValueError, match="InvalidSetOrdering"):
        x509.load_der_x509_csr(odd)
    assert csr.load(odd).challenge == "once"


def test_elliptic_curves_are_taken():
    key = ec.generate_private_key(ec.SECP256R1())
    assert csr.load(request(key)).public_key() == key.public_key()


def test_a_request_without_a_challenge_has_an_empty_one(key):
    made = x509.CertificateSigningRequestBuilder().subject_name(NAME).sign(key, hashes.SHA256())
    assert csr.load(made.public_bytes(Encoding.DER)).challenge == ""


def test_a_changed_request_is_not_believed(key):
    der = request(key)
    assert der.count(b"once") == 1
    with pytest.raises(Untrusted):
        csr.load(der.replace(b"once", b"0nce"))


@given(st.binary(max_size=300))
def test_garbage_is_a_typed_error(data):
    with pytest.raises(Malformed):
        csr.load(data)


@given(data=st.data())
def test_a_damaged_request_never_crashes(key, data):
    body = bytearray(request(key, hashlib.sha256(b"x").hexdigest()))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(WireError):
        csr.load(bytes(body))
