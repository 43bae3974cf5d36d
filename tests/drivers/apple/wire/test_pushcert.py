"""Push certificates: requests, files of every shape, topics."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.wire import pushcert
from quartermaster.drivers.apple.wire.errors import Malformed, Untrusted, WireError
from quartermaster.simulators.apple.services.portal import Portal, new_topic

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PORTAL = Portal(made_at=AT)
TOPIC = "com.apple.mgmt.External.5d1e0b76-8d5f-4d0a-9c06-6a7e7b4f3d51"
HELD = PORTAL.bundle(TOPIC, at=AT)


def p12(bundle, password):
    encryption = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return pkcs12.serialize_key_and_certificates(
        b"push", bundle.key, bundle.certificate, list(bundle.above), encryption
    )


def pem_with_locked_key(bundle, password):
    key = bundle.key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode())
    )
    return bundle.certificate.public_bytes(Encoding.PEM) + key


@pytest.mark.clause("G-10")
def test_the_portal_reads_our_signed_request_and_the_certificate_fits_our_key():
    key = pushcert.new_key()
    body = pushcert.signed_request(pushcert.request(key, "Model City"), PORTAL.vendor(at=AT))
    (certificate,) = pushcert.certificates(PORTAL.renew(body, TOPIC, at=AT))
    assert pushcert.fits(certificate, key)
    assert pushcert.topic_of(certificate) == TOPIC


def test_a_new_certificate_has_a_topic_of_its_own():
    body = pushcert.signed_request(
        pushcert.request(pushcert.new_key(), "Model City"), PORTAL.vendor(at=AT)
    )
    first, second = (pushcert.certificates(PORTAL.create(body, at=AT))[0] for _ in range(2))
    assert pushcert.topic_of(first) != pushcert.topic_of(second)


def test_a_signature_of_another_vendor_does_not_hold():
    asked = pushcert.request(pushcert.new_key(), "Model City")
    vendor, other = PORTAL.vendor(at=AT), PORTAL.vendor(at=AT)
    forged = pushcert.Bundle(other.key, vendor.certificate, vendor.above)
    with pytest.raises(Untrusted, match="signature does not hold"):
        PORTAL.create(pushcert.signed_request(asked, forged))
    elsewhere = Portal(made_at=AT).vendor(at=AT)
    with pytest.raises(Untrusted, match="Apple's root"):
        PORTAL.create(pushcert.signed_request(asked, elsewhere))


@pytest.mark.parametrize(
    ("content", "password"),
    [
        (HELD.pem(), ""),
        (HELD.certificate.public_bytes(Encoding.PEM) + HELD.pem(), ""),
        (pem_with_locked_key(HELD, "open it"), "open it"),
        (p12(HELD, ""), ""),
        (p12(HELD, "open it"), "open it"),
    ],
    ids=["pem", "certificate first", "locked key", "p12", "locked p12"],
)
def test_a_certificate_with_its_key_is_read_from_every_kind_of_file(content, password):
    found = pushcert.bundle(content, password)
    assert found.certificate == HELD.certificate
    assert pushcert.fits(found.certificate, found.key)
    assert pushcert.bundle(found.pem()).pem() == found.pem()


@pytest.mark.parametrize(
    ("content", "password", "said"),
    [
        (pem_with_locked_key(HELD, "open it"), "", "is encrypted; give its password"),
        (pem_with_locked_key(HELD, "open it"), "wrong", "password does not open"),
        (HELD.pem(), "needless", "leave the password empty"),
        (p12(HELD, "open it"), "wrong", "password does not open"),
        (b"garbage", "", "no PKCS#12 file"),
        (HELD.certificate.public_bytes(Encoding.PEM), "", "no private key"),
        (b"-----BEGIN nonsense", "", "no certificate"),
        (b"x" * (pushcert.LARGEST + 1), "", "too large"),
        (HELD.certificate.public_bytes(Encoding.PEM) * 11 + HELD.pem(), "", "no chain"),
        (
            PORTAL.bundle(TOPIC, at=AT).pem().partition(b"-----BEGIN CERT")[0]
            + HELD.certificate.public_bytes(Encoding.PEM),
            "",
            "belongs to the private key",
        ),
    ],
)
def test_a_file_that_will_not_do_says_why(content, password, said):
    with pytest.raises(WireError, match=said):
        pushcert.bundle(content, password)


def test_a_key_that_is_not_rsa_is_refused():
    key = ec.generate_private_key(ec.SECP256R1())
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(Malformed, match="not RSA"):
        pushcert.bundle(plain + HELD.certificate.public_bytes(Encoding.PEM))
    p12_of_another_kind = pkcs12.serialize_key_and_certificates(
        None, None, HELD.certificate, None, NoEncryption()
    )
    with pytest.raises(Malformed, match="no private key with its certificate"):
        pushcert.bundle(p12_of_another_kind)


def test_a_der_certificate_is_read_and_too_large_a_file_is_not():
    der = HELD.certificate.public_bytes(Encoding.DER)
    assert pushcert.certificates(der) == (HELD.certificate,)
    with pytest.raises(Malformed, match="too large"):
        pushcert.certificates(b"x" * (pushcert.LARGEST + 1))


def test_an_application_s_push_certificate_has_no_topic_for_management():
    wrong = PORTAL.bundle("com.example.app", at=AT, lifetime=timedelta(days=1))
    with pytest.raises(Untrusted, match=r"no topic that begins with com\.apple\.mgmt\."):
        pushcert.topic_of(wrong.certificate)
    assert new_topic().startswith(pushcert.TOPICS)


@given(st.binary(max_size=200))
def test_garbage_is_refused_in_the_wire_s_own_words(body):
    for read in (pushcert.bundle, pushcert.certificates, pushcert.read_signed_request):
        with pytest.raises(WireError):
            read(body)
