"""What a device says of itself before its person has signed in."""

import contextlib
import plistlib
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.wire import ca, cms, machine_info
from quartermaster.drivers.apple.wire.errors import Malformed, TooLarge, Untrusted, WireError
from tests.cast import AT

TOLD = {"PRODUCT": "iPhone17,3", "VERSION": "22B83", "LANGUAGE": "en-US", "OS_VERSION": "18.1"}
PLAIN = plistlib.dumps(TOLD)
KEY = ca.new_key()


def built_in():
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "built in")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(KEY.public_key())
        .serial_number(7)
        .not_valid_before(AT - timedelta(days=1))
        .not_valid_after(AT + timedelta(days=1))
        .sign(KEY, hashes.SHA256())
    )


SIGNED = cms.sign(PLAIN, built_in(), KEY)


@pytest.mark.parametrize("body", [PLAIN, SIGNED], ids=["plain", "signed"])
def test_it_is_read_signed_or_plain(body):
    assert machine_info.read(body) == machine_info.MachineInfo(
        product="iPhone17,3", build="22B83", os_version="18.1", language="en-US"
    )


def test_a_changed_message_is_refused():
    with pytest.raises(Untrusted):
        machine_info.read(SIGNED.replace(b"iPhone17,3", b"iPhone17,4"))


@pytest.mark.parametrize(
    ("product", "platform"),
    [
        ("iPhone17,3", "ios"),
        ("iPod9,1", "ios"),
        ("iPad16,3", "ipados"),
        ("Mac15,6", "macos"),
        ("MacBookPro18,3", "macos"),
        ("iMac21,1", "macos"),
        ("AppleTV14,1", ""),
        ("Watch7,1", ""),
    ],
)
def test_the_product_tells_the_platform(product, platform):
    assert machine_info.MachineInfo(product).platform == platform


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (plistlib.dumps({"VERSION": "1"}), Malformed),
        (plistlib.dumps({"PRODUCT": 5}), Malformed),
        (plistlib.dumps(TOLD, fmt=plistlib.FMT_BINARY), Malformed),
        (PLAIN + b" " * machine_info.LARGEST, TooLarge),
        (b"", Malformed),
    ],
)
def test_what_is_no_such_message_is_refused(body, problem):
    with pytest.raises(problem):
        machine_info.read(body)


@given(st.one_of(st.binary(max_size=2000), st.integers(0, len(SIGNED)).map(lambda n: SIGNED[:n])))
def test_garbage_never_crashes(body):
    with contextlib.suppress(WireError):
        machine_info.read(body)
