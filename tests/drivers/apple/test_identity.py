"""Who speaks: proven by signature, or by a proxy that the installation names; in date each time."""

import base64
import contextlib
from datetime import timedelta
from ipaddress import ip_network
from urllib.parse import quote
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple import identity
from quartermaster.drivers.apple.proxies import certificate_in
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
        identity.remember(said, identity.checked(said, authority, at), at)
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


def escaped(certificate):
    """As nginx writes it: ``$ssl_client_escaped_cert``."""
    return quote(certificate.public_bytes(Encoding.PEM).decode(), safe="")


@pytest.mark.parametrize("form", [proxied, escaped])
def test_both_forms_of_a_proxys_header_are_read(form, ours, device, instant, settings):
    settings.DEVICE_CERTIFICATE_HEADER = "client-cert"
    headers = {"client-cert": form(device.certificate)}
    assert prove(headers, BODY, ours, instant) == ca.fingerprint(device.certificate)


@pytest.mark.parametrize(
    ("peer", "trusted"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("2001:db8::7", True),
        ("10.2.0.1", False),
        ("2001:db9::7", False),
        ("127.0.0.1", False),
        ("", False),
        ("a name", False),
    ],
)
def test_only_a_trusted_proxy_vouches(peer, trusted, ours, device, settings):
    settings.DEVICE_CERTIFICATE_HEADER = "client-cert"
    settings.TRUSTED_PROXIES = (ip_network("10.1.0.0/16"), ip_network("2001:db8::/32"))
    headers = {"client-cert": proxied(device.certificate)}
    if trusted:
        said = identity.speaker(headers, BODY, peer)
        assert said.fingerprint == ca.fingerprint(device.certificate)
        return
    with pytest.raises(Untrusted, match="no Mdm-Signature"):
        identity.speaker(headers, BODY, peer)
    both = headers | signed(device)
    assert identity.speaker(both, BODY, peer).fingerprint == ca.fingerprint(device.certificate)


def test_two_proofs_must_be_of_one_device(ours, device, key, instant, settings):
    settings.DEVICE_CERTIFICATE_HEADER = "client-cert"
    other = ca.issue(
        key.public_key(),
        holder=UUID(int=7),
        authority=ours.certificate,
        key=ours.key,
        at=instant,
    )
    same = {"client-cert": proxied(device.certificate), **signed(device)}
    assert prove(same, BODY, ours, instant) == ca.fingerprint(device.certificate)
    with pytest.raises(Untrusted, match="another device than the proxy vouches for"):
        prove({**same, "client-cert": proxied(other)}, BODY, ours, instant)
    with pytest.raises(Untrusted):  # a good certificate does not stand for a bad signature
        prove(same, b"<plist></plist>", ours, instant)


@pytest.mark.parametrize(
    "more",
    [
        lambda pem: pem + pem,
        lambda pem: "-----BEGIN CERTIFICATE-----",
        lambda pem: pem.replace("CERTIFICATE", "PRIVATE KEY"),
        lambda pem: f"junk{pem}",
    ],
)
def test_an_armour_holds_one_certificate(more, ours, device, settings):
    settings.DEVICE_CERTIFICATE_HEADER = "client-cert"
    pem = device.certificate.public_bytes(Encoding.PEM).decode()
    with pytest.raises(Malformed):
        identity.speaker({"client-cert": quote(more(pem), safe="")}, BODY)


@given(st.text(max_size=400))
def test_invented_headers_are_malformed_or_bytes(value):
    with contextlib.suppress(Malformed):
        assert isinstance(certificate_in(value), bytes)
