"""The device's signature: right body, right signer, right authority, right time."""

import base64
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.wire import ca, cms
from quartermaster.drivers.apple.wire.errors import Malformed, TooLarge, Untrusted, WireError

BODY = b"<plist><dict/></plist>"


def header(pair, body=BODY):
    return base64.b64encode(cms.sign_detached(body, pair.certificate, pair.key)).decode()


def test_signer_of_a_good_signature(device):
    assert cms.signer_of_header(header(device), BODY) == device.certificate


def test_signature_over_another_body_is_refused(device):
    with pytest.raises(Untrusted, match="another message"):
        cms.signer_of_header(header(device), BODY + b" ")


@pytest.mark.parametrize("bad", ["", "%%%", base64.b64encode(b"hello").decode()])
def test_header_that_is_no_signature_is_refused(bad):
    with pytest.raises(Malformed):
        cms.signer_of_header(bad, BODY)


def test_long_header_is_refused_unread():
    with pytest.raises(TooLarge):
        cms.signer_of_header("A" * 100_000, BODY)


@given(st.binary(max_size=200))
def test_garbage_raises_our_errors_alone(der):
    with pytest.raises(WireError):
        cms.verify_detached(der, BODY)


def test_certificate_of_ours_in_its_time_is_accepted(device, authority, instant):
    cms.check_issued(device.certificate, authority.certificate, instant)


@pytest.mark.parametrize("shift", [timedelta(days=-2), timedelta(days=366)])
def test_certificate_out_of_its_time_is_refused(device, authority, instant, shift):
    with pytest.raises(Untrusted, match="out of date"):
        cms.check_issued(device.certificate, authority.certificate, instant + shift)


def test_certificate_of_a_namesake_authority_is_refused(device, instant):
    other = ca.new_key()
    namesake = ca.new_authority(other, "Model City", instant)
    with pytest.raises(Untrusted, match="not issued by this installation"):
        cms.check_issued(device.certificate, namesake, instant)


def test_certificate_for_no_client_is_refused(authority, key, instant):
    bare = (
        x509.CertificateBuilder()
        .subject_name(authority.certificate.subject)
        .issuer_name(authority.certificate.subject)
        .public_key(key.public_key())
        .serial_number(5)
        .not_valid_before(instant)
        .not_valid_after(instant + timedelta(days=1))
        .sign(authority.key, hashes.SHA256())
    )
    with pytest.raises(Untrusted, match="names no purpose"):
        cms.check_issued(bare, authority.certificate, instant)
