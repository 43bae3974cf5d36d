"""The quick reading of a signature accepts what the full reading accepts, and nothing else."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.wire import cms, quick
from quartermaster.drivers.apple.wire.errors import WireError

BODY = b"<plist><dict/></plist>"


def full(der, body):
    """What the full reading says, with None for a refusal."""
    try:
        return cms.verify_signer(cms.load_signed_data(der), body)
    except WireError:
        return None


@pytest.fixture
def good(device):
    return cms.sign_detached(BODY, device.certificate, device.key)


def test_a_signature_of_the_common_shape_is_read_quickly(device, good):
    assert quick.signer(good, BODY) == device.certificate


def test_another_body_is_not_proven(good):
    assert quick.signer(good, BODY + b" ") is None


def test_bytes_after_the_structure_are_not_passed_over(good):
    assert quick.signer(good + b"\x00", BODY) is None


def test_a_changed_byte_is_never_accepted_quickly_and_refused_in_full(good):
    changed = [flip(good, at) for at in range(0, len(good), 5)]
    quickly = [der for der in changed if quick.signer(der, BODY) is not None]
    assert [der for der in quickly if full(der, BODY) is None] == []


def flip(der, at):
    changed = bytearray(der)
    changed[at] ^= 0x01
    return bytes(changed)


@given(st.binary(max_size=300))
def test_garbage_is_nothing(der):
    assert quick.signer(der, BODY) is None


def test_the_header_takes_the_quick_way_and_the_full_way_alike(device, good):
    header = base64.b64encode(good).decode()
    assert cms.signer_of_header(header, BODY) == full(good, BODY) == device.certificate
