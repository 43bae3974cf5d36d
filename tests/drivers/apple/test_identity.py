"""Who speaks: proven by signature, or by a proxy that the installation names; in date each time."""

import base64
from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from quartermaster.drivers.apple import identity
from quartermaster.drivers.apple.wire import ca, cms
from quartermaster.drivers.apple.wire.errors import Malformed, Untrusted
from quartermaster.mdm.authority import OpenAuthority

BODY = b"<plist/>"


@pytest.fixture
def ours(authority):
    identity._trusted.clear()
    yield OpenAuthority(authority.certificate, authority.key)
    identity._trusted.clear()


def proxied(certificate):
    return f":{base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()}:"


def signed(device):
    signature = cms.sign_detached(BODY, device.certificate, device.key)
    return {"mdm-signature": base64.b64encode(signature).decode()}


def prove(headers, body, authority, at):
    """As the door does it: the authority is asked for only where trust is not fresh."""
    said = identity.speaker(headers, body)
    if not identity.is_trusted(said, at):
        identity.trust(said, authority, at)
    return said.fingerprint


@pytest.mark.clause("G-10")
def test_an_identity_out_of_date_is_refused_even_if_it_was_trusted_before(ours, device, instant):
    over = device.certificate.not_valid_after_utc
    last = over - timedelta(minutes=1)
    assert prove(signed(device), BODY, ours, last) == ca.fingerprint(device.certificate)
    with pytest.raises(Untrusted, match="out of date"):
        prove(signed(device), BODY, ours, over + timedelta(seconds=1))


def test_trust_in_a_certificate_never_stands_for_its_signature(ours, device, instant):
    prove(signed(device), BODY, ours, instant)
    with pytest.raises(Untrusted):
        prove(signed(device), b"<plist></plist>", ours, instant)


def test_what_is_trusted_is_bounded(ours, device, instant, monkeypatch):
    monkeypatch.setattr(identity, "MOST_TRUSTED", 3)
    for n in range(3):
        identity._trusted[bytes([n])] = instant
    prove(signed(device), BODY, ours, instant)
    assert list(identity._trusted) == [ca.fingerprint(device.certificate)]


def test_a_proxys_header_counts_only_where_the_installation_names_it(
    ours, device, instant, settings
):
    headers = {"client-cert": proxied(device.certificate)}
    settings.DEVICE_CERTIFICATE_HEADER = ""
    with pytest.raises(Untrusted, match="no Mdm-Signature"):
        prove(headers, BODY, ours, instant)
    settings.DEVICE_CERTIFICATE_HEADER = "client-cert"
    assert prove(headers, BODY, ours, instant) == ca.fingerprint(device.certificate)


def test_a_proxys_certificate_must_be_ours(ours, device, key, instant, settings):
    settings.DEVICE_CERTIFICATE_HEADER = "client-cert"
    forger = ca.new_key()
    theirs = ca.new_authority(forger, "Model City", instant)
    forged = ca.issue(
        key.public_key(), holder=UUID(int=1), authority=theirs, key=forger, at=instant
    )
    with pytest.raises(Untrusted, match="not issued by this installation"):
        prove({"client-cert": proxied(forged)}, BODY, ours, instant)


@pytest.mark.parametrize("value", ["garbage", ":AAAA:", "::", ":%%%:", "x" * 100_000])
def test_an_unreadable_proxys_header_is_malformed(ours, instant, settings, value):
    settings.DEVICE_CERTIFICATE_HEADER = "client-cert"
    with pytest.raises(Malformed):
        prove({"client-cert": value}, BODY, ours, instant)
