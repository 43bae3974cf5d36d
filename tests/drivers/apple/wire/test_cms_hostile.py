"""Signatures made to deceive: weak digests, missing parts, strangers, damage."""

import contextlib
from datetime import timedelta
from uuid import UUID

import pytest
from asn1crypto import cms as asn1_cms
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509 import InvalidVersion
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.wire import ca, cms
from quartermaster.drivers.apple.wire.errors import Malformed, Untrusted, WireError

BODY = b"<plist><dict/></plist>"
# A certificate of an unknown kind surfaces as the library's own error; the door answers 403.
REFUSALS = (WireError, UnsupportedAlgorithm, InvalidVersion)
HOLDER = UUID("01935c2e-0000-7000-8000-000000000002")


@pytest.fixture
def good(device) -> bytes:
    return cms.sign_detached(BODY, device.certificate, device.key)


def changed(der: bytes, change) -> bytes:
    info = asn1_cms.ContentInfo.load(der)
    change(info["content"])
    return info.dump(force=True)


@pytest.mark.parametrize("name", ["md5", "md2"])
def test_weak_digests_are_refused(good, name):
    def weaken(signed) -> None:
        signed["signer_infos"][0]["digest_algorithm"] = {"algorithm": name}

    with pytest.raises(Untrusted, match=f"with {name}"):
        cms.verify_detached(changed(good, weaken), BODY)


def test_a_signature_without_the_message_digest_is_refused(good):
    def drop(signed) -> None:
        info = signed["signer_infos"][0]
        kept = [item for item in info["signed_attrs"] if item["type"].native != "message_digest"]
        info["signed_attrs"] = asn1_cms.CMSAttributes(kept)

    with pytest.raises(WireError):
        cms.verify_detached(changed(good, drop), BODY)


def test_a_signature_without_its_certificate_is_refused(good):
    def drop(signed) -> None:
        signed["certificates"] = asn1_cms.CertificateSet([])

    with pytest.raises(Untrusted, match="not in the message"):
        cms.verify_detached(changed(good, drop), BODY)


def test_two_signers_are_refused(good):
    def double(signed) -> None:
        first = signed["signer_infos"][0]
        signed["signer_infos"] = asn1_cms.SignerInfos([first, first.copy()])

    with pytest.raises(Malformed, match="one signer"):
        cms.verify_detached(changed(good, double), BODY)


def test_another_devices_certificate_does_not_carry_this_signature(good, authority, instant):
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    issued = ca.issue(
        stranger.public_key(),
        holder=HOLDER,
        authority=authority.certificate,
        key=authority.key,
        at=instant,
    )
    forged = cms.sign_detached(BODY, issued, stranger)

    def borrow(signed) -> None:
        other = asn1_cms.ContentInfo.load(good)["content"]["signer_infos"][0]
        signed["signer_infos"][0]["signature"] = other["signature"].native

    with pytest.raises(Untrusted, match="does not hold"):
        cms.verify_detached(changed(forged, borrow), BODY)


def test_elliptic_curve_identities_sign_too(authority, instant):
    key = ec.generate_private_key(ec.SECP256R1())
    issued = ca.issue(
        key.public_key(),
        holder=HOLDER,
        authority=authority.certificate,
        key=authority.key,
        at=instant,
    )
    der = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(BODY)
        .add_signer(issued, key, hashes.SHA256())
        .sign(
            serialization.Encoding.DER,
            [pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.DetachedSignature],
        )
    )
    assert cms.verify_detached(der, BODY) == issued


def test_a_self_made_certificate_with_our_names_is_not_ours(device, authority, instant):
    forger = ca.new_key()
    theirs = ca.new_authority(forger, "Model City", instant)
    assert theirs.subject == authority.certificate.subject
    forged = ca.issue(
        device.key.public_key(), holder=HOLDER, authority=theirs, key=forger, at=instant
    )
    with pytest.raises(Untrusted, match="not issued by this installation"):
        cms.check_issued(forged, authority.certificate, instant)


def test_the_authority_itself_is_no_device(authority, instant):
    with pytest.raises(Untrusted):
        cms.check_issued(authority.certificate, authority.certificate, instant)


def test_an_identity_ends_with_its_year(device, authority, instant):
    cms.check_issued(device.certificate, authority.certificate, instant + timedelta(days=364))
    with pytest.raises(Untrusted, match="out of date"):
        cms.check_issued(device.certificate, authority.certificate, instant + timedelta(days=366))


@given(data=st.data())
def test_a_damaged_signature_never_passes_for_another_body(device, data):
    der = bytearray(cms.sign_detached(BODY, device.certificate, device.key))
    for _ in range(data.draw(st.integers(1, 4))):
        der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(*REFUSALS):
        cms.verify_detached(bytes(der), BODY)
    with pytest.raises(REFUSALS):
        cms.verify_detached(bytes(der), BODY + b" ")
