"""Attestations as bytes: the forms of the properties, and that garbage never crashes."""

import cbor2
import pytest
from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.wire import attestation
from quartermaster.drivers.apple.wire.errors import WireError
from quartermaster.simulators.apple.acme_client import attestation_object
from quartermaster.simulators.apple.vouching import Vouching
from quartermaster.simulators.clock import now

AT = now()
SERVICE = Vouching.founded(AT)
ROOTS = (SERVICE.root.certificate,)
KEY = ec.generate_private_key(ec.SECP256R1()).public_key()
CHAIN = SERVICE.chain(KEY, {attestation.SERIAL: b"F2LX0000ABCD"}, AT)


def vouched(**said):
    named = {getattr(attestation, name): value for name, value in said.items()}
    return attestation.verify(SERVICE.chain(KEY, named, AT), ROOTS, AT)


@pytest.mark.parametrize("wrap", [bytes, lambda raw: core.UTF8String(raw.decode()).dump()])
def test_text_is_bare_or_a_der_string(wrap):
    found = vouched(SERIAL=wrap(b"F2LX0000ABCD"), UDID=wrap(b"U"), OS_VERSION=wrap(b"18.1"))
    assert (found.serial, found.udid, found.os_version) == ("F2LX0000ABCD", "U", "18.1")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (core.Integer(0).dump(), True),
        (core.Integer(1).dump(), False),
        (b"0", True),
        (b"1", False),
        (b"yes", None),
        (b"\x02\x05", None),
    ],
)
def test_nought_means_that_the_protection_is_on(raw, expected):
    assert vouched(SYSTEM_INTEGRITY=raw).system_integrity is expected


def test_any_number_but_nought_lets_extensions_in():
    assert vouched(KERNEL_EXTENSIONS=core.Integer(3).dump()).kernel_extensions is True
    assert vouched(KERNEL_EXTENSIONS=core.Integer(0).dump()).kernel_extensions is False
    assert vouched().kernel_extensions is None


@given(code=st.binary(min_size=32, max_size=32))
def test_a_code_is_bare_or_an_octet_string(code):
    assert attestation._octets(code) == code
    assert attestation._octets(core.OctetString(code).dump()) == code


@given(st.binary(max_size=300))
def test_garbage_is_no_attestation(body):
    with pytest.raises(WireError):
        attestation.chain_of(body)


CBOR = st.recursive(
    st.none() | st.integers() | st.binary(max_size=20) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["fmt", "attStmt", "x5c"]), inner)
    ),
    max_leaves=8,
)


@given(CBOR)
def test_objects_of_any_shape_are_refused_or_are_lists_of_bytes(shape):
    try:
        chain = attestation.chain_of(cbor2.dumps(shape))
    except WireError:
        return
    assert all(isinstance(item, bytes) for item in chain)


@pytest.mark.filterwarnings("ignore:Parsed a serial number")  # and it is refused for that
@given(data=st.data())
def test_no_changed_byte_of_a_leaf_goes_through(data):
    leaf, middle = CHAIN
    at = data.draw(st.integers(0, len(leaf) - 1))
    bit = data.draw(st.integers(0, 7))
    forged = leaf[:at] + bytes([leaf[at] ^ 1 << bit]) + leaf[at + 1 :]
    try:
        attestation.verify([forged, middle], ROOTS, AT)
    except WireError:
        return
    # how many bits of the signature count may be written in two ways; what is signed may not
    assert signed_part(forged) == signed_part(leaf)


def signed_part(der):
    return x509.load_der_x509_certificate(der).tbs_certificate_bytes


def test_a_good_object_gives_its_chain():
    chain = SERVICE.chain(KEY, {}, AT)
    assert list(attestation.chain_of(attestation_object(chain))) == chain
