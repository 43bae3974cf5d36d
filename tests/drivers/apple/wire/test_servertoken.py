"""The server token: Apple's file, opened by our key alone."""

import base64
import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.wire import servertoken
from quartermaster.drivers.apple.wire.errors import Malformed, TooLarge, Untrusted, WireError
from quartermaster.drivers.apple.wire.servertoken import ServerToken
from quartermaster.simulators.apple.services.dep import Dep
from quartermaster.simulators.apple.services.smime import sealed_for

TEXTS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=80)


@pytest.fixture(scope="module")
def mine():
    return servertoken.new_key()


@pytest.fixture(scope="module")
def certificate(mine):
    at = datetime(2026, 11, 24, tzinfo=UTC)
    return servertoken.certificate(mine, "Model City", at)


def test_the_portals_file_opens_with_the_key_of_the_certificate(mine, certificate):
    dep = Dep()
    content = dep.token_file(certificate.public_bytes(Encoding.PEM))
    assert content.startswith(b"Content-Type: application/pkcs7-mime")
    assert servertoken.open_token(content, mine) == dep.token


def test_the_bare_envelope_opens_too(mine, certificate):
    dep = Dep()
    content = dep.token_file(certificate.public_bytes(Encoding.PEM))
    der = base64.b64decode(content.split(b"\r\n\r\n")[1])
    assert servertoken.open_token(der, mine) == dep.token


def test_a_token_for_another_certificate_does_not_open(certificate):
    content = Dep().token_file(certificate.public_bytes(Encoding.PEM))
    with pytest.raises(Untrusted, match="does not open"):
        servertoken.open_token(content, servertoken.new_key())


@pytest.mark.parametrize("content", [b"", b"nothing", b"\x30\x03\x02\x01\x01", b"a\n\n!!"])
def test_what_is_no_envelope_is_refused(mine, content):
    with pytest.raises(Malformed):
        servertoken.open_token(content, mine)


def test_a_giant_file_is_refused_unread(mine):
    with pytest.raises(TooLarge):
        servertoken.open_token(b"x" * (servertoken.LARGEST + 1), mine)


PARTS = {
    "consumer_key": "CK_1",
    "consumer_secret": "CS_1",
    "access_token": "AT_1",
    "access_secret": "AS_1",
    "access_token_expiry": "2027-11-24T00:00:00Z",
}


@pytest.mark.parametrize(
    "change",
    [
        {"consumer_key": ""},
        {"consumer_secret": 7},
        {"access_token": "x" * 501},
        {"access_secret": "line\nbreak"},
        {"access_token_expiry": "some day"},
        {"access_token_expiry": None},
    ],
)
def test_an_envelope_without_a_whole_token_is_refused(mine, certificate, change):
    said = json.dumps({**PARTS, **change}).encode()
    plain = b"-----BEGIN MESSAGE-----" + said + b"-----END MESSAGE-----"
    with pytest.raises(Malformed):
        servertoken.open_token(sealed_for(certificate, plain), mine)


@given(TEXTS, TEXTS, TEXTS, TEXTS, st.datetimes(timezones=st.just(UTC)))
def test_what_is_kept_is_what_is_read(key, secret, token, proof, ends):
    made = ServerToken(key, secret, token, proof, ends)
    assert servertoken.read(made.dump()) == made


@given(st.binary(max_size=300))
def test_garbage_is_never_more_than_an_error_of_the_wire(content):
    with pytest.raises(WireError):
        servertoken.read(content)
