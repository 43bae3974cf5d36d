"""What a device says of itself in its set-up: believed only below Apple's certificates."""

import base64
from datetime import timedelta

import pytest
from asn1crypto import cms as asn1_cms
from asn1crypto import core, parser
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.ade import asking
from quartermaster.drivers.apple.wire import machine, plist
from quartermaster.drivers.apple.wire.errors import Malformed, TooLarge, Untrusted, WireError
from quartermaster.kernel.errors import Refused
from quartermaster.simulators.apple.services.device_ca import DeviceAuthority
from quartermaster.simulators.clock import now

APPLE = DeviceAuthority()
OTHER = DeviceAuthority()
IDENTITY = APPLE.identity()
ANCHORS = (APPLE.root,)
SAID = {
    "UDID": "00008110-000A1B2C3D4E5F60",
    "SERIAL": "C02A",
    "PRODUCT": "iPhone17,3",
    "VERSION": "22B83",
    "OS_VERSION": "18.1",
    "IMEI": "359999000000018",
    "LANGUAGE": "en",
    "MDM_CAN_REQUEST_SOFTWARE_UPDATE": True,
    "SOFTWARE_UPDATE_DEVICE_ID": "iPhone17,3",
}


def signed(said=None, identity=IDENTITY, **more):
    return identity.sign(plist.dumps(SAID | (said or {})), **more)


def test_a_device_is_read_with_the_time_at_which_it_signed():
    found = machine.read(signed(), ANCHORS, now())
    assert (found.serial, found.udid, found.os_version) == ("C02A", SAID["UDID"], "18.1")
    assert (found.can_update, found.update_id) == (True, "iPhone17,3")
    assert abs(found.signed_at - now()) < timedelta(minutes=5)


def test_a_mac_signs_without_attributes_and_tells_no_time():
    assert machine.read(signed(timed=False), ANCHORS, now()).signed_at is None


def test_the_header_is_the_same_in_base64():
    value = base64.b64encode(signed()).decode()
    assert machine.of_header(value, ANCHORS, now()).serial == "C02A"
    with pytest.raises(Malformed):
        machine.of_header("not base64!", ANCHORS, now())
    with pytest.raises(TooLarge):
        machine.of_header("A" * (machine.LARGEST * 2), ANCHORS, now())


def test_the_authority_of_devices_may_be_the_anchor_and_may_have_run_out():
    assert APPLE.certificate.not_valid_after_utc < now()
    assert machine.read(signed(), (APPLE.certificate,), now()).serial == "C02A"


def test_another_authority_of_the_same_name_is_refused():
    with pytest.raises(Untrusted, match="not Apple's"):
        machine.read(signed(identity=OTHER.identity()), ANCHORS, now())


def test_a_device_is_no_authority():
    """A leaf that signs another leaf leads nowhere."""
    forger = APPLE.identity()
    fake = DeviceAuthority()
    fake.key, fake.certificate = forger.key, forger.certificate
    made = fake.identity()
    chained = type(made)(made.key, made.certificate, (forger.certificate, APPLE.certificate))
    with pytest.raises(Untrusted):
        machine.read(signed(identity=chained), ANCHORS, now())


def test_an_altered_message_is_refused():
    body = signed()
    with pytest.raises(Untrusted):
        machine.read(body.replace(b"C02A", b"C02B"), ANCHORS, now())


def test_a_message_of_another_day_is_refused():
    for days in (-2, 2):
        with pytest.raises(Untrusted, match="another day"):
            machine.read(signed(), ANCHORS, now() + timedelta(days=days))


@pytest.mark.parametrize("key", ["UDID", "SERIAL", "PRODUCT", "VERSION"])
def test_what_apple_requires_is_required(key):
    said = {name: value for name, value in SAID.items() if name != key}
    with pytest.raises(Malformed, match=key):
        machine.read(IDENTITY.sign(plist.dumps(said)), ANCHORS, now())


@pytest.mark.parametrize(
    "said",
    [{"SERIAL": "C02A/../x"}, {"UDID": "a b"}, {"SERIAL": 7}, {"OS_VERSION": ["18"]}],
)
def test_what_no_device_says_is_refused(said):
    with pytest.raises(Malformed):
        machine.read(signed(said), ANCHORS, now())


def test_giants_and_empty_messages_are_refused():
    with pytest.raises(TooLarge):
        machine.read(b"x" * (machine.LARGEST + 1), ANCHORS, now())
    with pytest.raises(WireError):
        machine.read(IDENTITY.sign(b""), ANCHORS, now())


@given(st.binary(max_size=400))
def test_garbage_is_never_more_than_an_error_of_the_wire(message):
    with pytest.raises(WireError):
        machine.read(message, ANCHORS, now())


@given(st.integers(min_value=0, max_value=3000), st.binary(min_size=1, max_size=8))
def test_a_message_damaged_anywhere_is_refused_or_says_the_same(place, damage):
    body = signed(timed=False)
    place %= len(body)
    hurt = body[:place] + damage + body[place + len(damage) :]
    try:
        found = machine.read(hurt, ANCHORS, now())
    except WireError:
        return
    assert (found.serial, found.udid) == ("C02A", SAID["UDID"])


def test_a_message_in_pieces_without_lengths_is_read():
    """Real devices send BER: lengths left open, content in pieces."""
    content = asn1_cms.ContentInfo.load(signed())["content"]
    pieces = core.OctetString(content["encap_content_info"]["content"].native).dump()
    inner = open_ended(
        0x30,
        content["encap_content_info"]["content_type"].dump()
        + open_ended(0xA0, open_ended(0x24, pieces)),
    )
    rest = b"".join(
        content[name].dump()
        for name in ("certificates", "signer_infos")
        if content[name].native is not None
    )
    head = content["version"].dump() + content["digest_algorithms"].dump()
    data = open_ended(0x30, head + inner + rest)
    body = open_ended(0x30, asn1_cms.ContentType("signed_data").dump() + open_ended(0xA0, data))
    assert machine.read(body, ANCHORS, now()).serial == "C02A"
    assert parser.peek(body) == len(body)


def open_ended(tag, content):
    return bytes([tag, 0x80]) + content + b"\x00\x00"


def test_without_apples_certificates_no_device_is_recognised(settings):
    settings.APPLE_DEVICE_ANCHORS = None
    with pytest.raises(Untrusted, match="has not been told"):
        asking.of_message(signed(), now())
    with pytest.raises(Refused, match="has not been told"):
        asking.of_web_view({"x-apple-aspen-deviceinfo": "AAAA"}, now())


def test_a_file_of_the_installation_names_whom_to_trust(settings, tmp_path):
    pem = tmp_path / "apple.pem"
    pem.write_bytes(b"".join(item.public_bytes(Encoding.PEM) for item in ANCHORS))
    settings.APPLE_DEVICE_ANCHORS = pem
    assert asking.trusted() == ANCHORS


def test_what_has_a_device_update_is_as_apple_describes_it():
    said = machine.update_required("18.4", "22E240")
    assert said["code"] == "com.apple.softwareupdate.required"
    assert said["details"] == {"OSVersion": "18.4", "BuildVersion": "22E240"}
    assert machine.update_required("18.4")["details"] == {"OSVersion": "18.4"}
