"""Reading the enrolments of other servers, line by line: one bad line spoils no other."""

import base64
import json
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple import moving
from quartermaster.drivers.apple.wire import ca, cms, profile
from quartermaster.kernel.errors import InvalidInput
from quartermaster.mdm.elsewhere import Pin

LINE = {
    "udid": "UDID-1",
    "serial_number": "C02XG0ABCDEF",
    "topic": "com.apple.mgmt.External.x",
    "push_magic": "magic",
    "token": "07" * 32,
    "certificate_sha256": "ab" * 32,
    "unlock_token": base64.b64encode(b"unlock").decode(),
    "os_version": "15.1",
}


def read(*lines):
    content = "\n".join(json.dumps(line) for line in lines).encode()
    return moving.read("lines", "", content)


def test_a_line_is_an_enrolment():
    (found,) = read(LINE)
    assert (found.external_id, found.serial, found.magic) == ("UDID-1", "C02XG0ABCDEF", b"magic")
    assert (found.token, found.unlock_token) == (b"\x07" * 32, b"unlock")
    assert found.pins == (Pin(b"\xab" * 32),)
    assert found.facts["os.version"].value == "15.1"
    assert found.problem == ""
    assert "magic" not in repr(found)


def test_a_token_may_be_written_in_base64():
    (found,) = read(LINE | {"token": base64.b64encode(b"\x07" * 32).decode()})
    assert found.token == b"\x07" * 32


def test_a_certificate_is_its_own_pin(device):
    pem = device.certificate.public_bytes(Encoding.PEM).decode()
    (found,) = read(LINE | {"certificate": pem, "certificate_sha256": ""})
    assert found.pins == (
        Pin(
            ca.fingerprint(device.certificate),
            format(device.certificate.serial_number, "x"),
            device.certificate.not_valid_after_utc,
        ),
    )


def test_an_association_counts_more_than_a_certificate_kept_for_show(device):
    pem = device.certificate.public_bytes(Encoding.PEM).decode()
    (found,) = read(LINE | {"certificate": pem})
    assert found.pins == (Pin(b"\xab" * 32),)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"token": "07"}, "push token"),
        ({"token": "%%"}, "neither hex nor base64"),
        ({"push_magic": ""}, "push_magic"),
        ({"certificate_sha256": "abcd"}, "SHA-256"),
        ({"certificate": "-----BEGIN"}, "cannot be read"),
        ({"topic": 7}, "topic"),
    ],
)
def test_a_bad_line_says_what_is_wrong_and_spoils_no_other(changed, said):
    bad, good = read(LINE | changed, LINE)
    assert said in bad.problem
    assert good.problem == ""


@pytest.mark.parametrize("content", [b"{", b"[1]", b"7", b"\xff\xfe"])
def test_a_file_that_is_no_lines_of_json_is_refused(content):
    with pytest.raises(InvalidInput):
        moving.read("lines", "", content)


def test_an_unknown_server_is_refused():
    with pytest.raises(InvalidInput, match="nanomdm or lines"):
        moving.read("palm", "", b"")


@given(st.binary(max_size=300))
def test_garbage_is_refused_as_our_own_error(content):
    with suppress(InvalidInput):
        assert all(found.problem for found in moving.read("lines", "", content))


@pytest.fixture
def former():
    asked = profile.Enrolment(
        identifier="com.example.mdm",
        organisation="Elsewhere",
        server_url="https://mdm.example.gov/mdm",
        check_in_url="https://mdm.example.gov/checkin",
        scep_url="https://mdm.example.gov/scep",
        challenge="x",
        topic="com.apple.mgmt.External.x",
        common_name="x",
    )
    return profile.render(profile.city_enrolment(asked))


@pytest.mark.parametrize("signed", [False, True])
def test_the_former_profile_says_what_a_renewed_one_must_repeat(former, device, signed):
    content = cms.sign(former, device.certificate, device.key) if signed else former
    terms = moving.former(content).terms
    assert terms["identifier"] == "com.example.mdm"
    assert terms["management"]["ServerURL"] == "https://mdm.example.gov/mdm"


@pytest.mark.parametrize("content", [b"", b"<plist/>", b"\x30\x03abc"])
def test_what_is_no_profile_is_refused(content):
    with pytest.raises(InvalidInput, match="no enrolment profile"):
        moving.former(content)
