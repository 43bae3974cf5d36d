"""SCEP: our client and our server understand one another; nobody else is understood."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.wire import ca, scep, scep_client
from quartermaster.drivers.apple.wire.errors import Malformed, TooLarge, Untrusted, WireError
from tests.drivers.apple.conftest import HOLDER


@pytest.fixture
def sent(key, authority, instant):
    return scep_client.request(
        key, name="a device", challenge="s3cret", authority=authority.certificate, at=instant
    )


def test_request_is_read(sent, key, authority):
    outer = scep.read(sent.message)
    request = scep.open_request(outer, authority.key)
    assert (outer.kind, outer.transaction_id) == (scep.MessageType.REQUEST, sent.transaction_id)
    assert request.challenge == "s3cret"
    assert request.csr.public_key() == key.public_key()


def test_certificate_comes_back(sent, key, authority, instant):
    request = scep.open_request(scep.read(sent.message), authority.key)
    issued = ca.issue(
        request.csr.public_key(),
        holder=HOLDER,
        authority=authority.certificate,
        key=authority.key,
        at=instant,
    )
    answer = scep.success(request.envelope, issued, authority.certificate, authority.key, instant)
    assert scep_client.read_answer(answer, sent, authority.certificate) == issued


def test_refusal_comes_back_with_its_reason(sent, authority, instant):
    answer = scep.failure(
        scep.read(sent.message),
        scep.FailInfo.BAD_REQUEST,
        authority.certificate,
        authority.key,
        instant,
    )
    with pytest.raises(Untrusted, match="failInfo 2"):
        scep_client.read_answer(answer, sent, authority.certificate)


def test_renewal_is_signed_by_the_present_certificate(device, authority, instant):
    sent = scep_client.request(
        device.key,
        name="a device",
        challenge="",
        authority=authority.certificate,
        at=instant,
        renewing=device.certificate,
    )
    outer = scep.read(sent.message)
    assert (outer.kind, outer.signer) == (scep.MessageType.RENEWAL, device.certificate)


def test_altered_request_is_refused(sent):
    altered = sent.message.replace(sent.transaction_id.encode(), b"0" * 64)
    with pytest.raises(Untrusted, match="does not hold"):
        scep.read(altered)


def test_request_for_another_authority_does_not_open(sent):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(Untrusted, match="does not open"):
        scep.open_request(scep.read(sent.message), other)


def test_weak_key_is_not_certified(authority, instant):
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    with pytest.raises(Untrusted, match="1024 bits; 2048 are needed"):
        ca.issue(
            weak.public_key(),
            holder=HOLDER,
            authority=authority.certificate,
            key=authority.key,
            at=instant,
        )


def test_identity_lives_a_year_at_most(authority, key, instant):
    issued = ca.issue(
        key.public_key(),
        holder=HOLDER,
        authority=authority.certificate,
        key=authority.key,
        at=instant,
        lifetime=timedelta(days=4000),
    )
    assert issued.not_valid_after_utc == instant + timedelta(days=365)


def test_message_by_get_in_either_alphabet():
    assert scep.message_of_get("-_-_") == scep.message_of_get("%2B/%2B/") == b"\xfb\xff\xbf"
    with pytest.raises(Malformed, match="not base64"):
        scep.message_of_get("{}")
    with pytest.raises(TooLarge):
        scep.message_of_get("A" * 70_000)


@given(st.binary(max_size=200))
def test_garbage_raises_our_errors_alone(body):
    with pytest.raises(WireError):
        scep.read(body)


@given(st.integers(0, 5000), st.integers(1, 255))
def test_request_with_one_byte_changed_never_crashes(fixed_request, index, change):
    message, key = fixed_request
    altered = bytearray(message)
    altered[index % len(altered)] ^= change
    try:
        scep.open_request(scep.read(bytes(altered)), key)
    except WireError:
        return


@pytest.fixture(scope="module")
def fixed_request(key, authority, instant):
    made = scep_client.request(
        key, name="a device", challenge="s3cret", authority=authority.certificate, at=instant
    )
    return made.message, authority.key
