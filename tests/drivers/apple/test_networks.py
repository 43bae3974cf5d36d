"""Networks as profiles: valid by Apple's schema, without a password, for whom they are meant."""

import plistlib
from dataclasses import replace

import pytest

from quartermaster.drivers.apple import networks
from quartermaster.drivers.apple.compile import alike, compile_for
from quartermaster.mdm.driver import Context, Holder
from quartermaster.mdm.ways import Way
from quartermaster.policy.requirements import Requirements
from tests.drivers.apple.schema import Target, needs_schema, profile_findings

pytestmark = pytest.mark.clause("G-10")
WIFI = {
    "kind": "wifi",
    "name": "City Wi-Fi",
    "ssid": "CITY",
    "hidden": True,
    "open": False,
    "host": "",
    "trusted": ["radius.example.gov"],
    "personal": True,
    "stays": False,
}
GUESTS = {**WIFI, "name": "Guests", "ssid": "GUEST", "open": True, "stays": True}
VPN = {**WIFI, "kind": "vpn", "name": "City VPN", "ssid": "", "host": "vpn.example.gov"}
INSIDE = {**WIFI, "name": "Works", "personal": False}
PHONE = Context("city", "ios", os_version="18.1", holder=Holder("Ana Reyes", "ana@city.example"))
OWN = replace(PHONE, ownership="personal")
BY_USER = replace(OWN, way=Way.ACCOUNT_DRIVEN_USER)


@pytest.fixture(autouse=True)
def _city(settings):
    settings.NETWORKS = [WIFI, GUESTS, VPN, INSIDE]


def names(context):
    return [payload.title for payload in networks.payloads(context)]


@pytest.mark.parametrize(
    ("context", "given"),
    [
        (PHONE, ["City Wi-Fi", "Guests", "City VPN", "Works"]),
        (OWN, ["City Wi-Fi", "Guests", "City VPN"]),
        (BY_USER, ["City Wi-Fi", "Guests"]),
        (replace(PHONE, withheld=True), ["Guests"]),
        (replace(OWN, withheld=True), ["Guests"]),
        (replace(PHONE, holder=Holder()), []),
    ],
    ids=["city", "personal", "of a user", "restricted", "personal restricted", "nobody's"],
)
def test_who_is_given_what(context, given):
    assert names(context) == given


@needs_schema
@pytest.mark.parametrize("system", [("ios", "18.1", "iOS"), ("macos", "15.1", "macOS")])
@pytest.mark.parametrize("context", [PHONE, BY_USER])
def test_apples_schema_has_every_key(context, system):
    platform, version, family = system
    context = replace(context, platform=platform, os_version=version)
    target = Target(family, version, user_enrolment=context.user_enrolment)
    for payload in networks.payloads(context):
        assert profile_findings(plistlib.loads(payload.body), target) == []


def test_a_network_asks_for_the_password_and_carries_none():
    bodies = {
        p.title: plistlib.loads(p.body)["PayloadContent"][0] for p in networks.payloads(PHONE)
    }
    assert bodies["City Wi-Fi"]["EAPClientConfiguration"] == {
        "AcceptEAPTypes": [25, 21],
        "UserName": "ana@city.example",
        "TLSTrustedServerNames": ["radius.example.gov"],
    }
    assert bodies["City Wi-Fi"]["HIDDEN_NETWORK"] is True
    assert (bodies["Guests"]["EncryptionType"], "EAPClientConfiguration" in bodies["Guests"]) == (
        "None",
        False,
    )
    assert bodies["City VPN"]["IKEv2"]["RemoteAddress"] == "vpn.example.gov"
    for payload in networks.payloads(PHONE):
        assert b"assword" not in payload.body


def test_networks_carry_no_setting_and_do_not_tell_kinds_of_devices_apart():
    asked = Requirements(passcode_required=True)
    found = compile_for(asked, PHONE)
    assert set(found.carriers()) == {"passcode_required"}
    assert alike(replace(PHONE, withheld=True), asked) == alike(PHONE, asked)


def test_the_same_network_is_the_same_bytes_and_another_holder_another():
    first, again = ([p.digest for p in networks.payloads(PHONE)] for _ in range(2))
    assert first == again
    other = replace(PHONE, holder=Holder("Rex Moreau", "rex@city.example"))
    changed = [p.digest for p in networks.payloads(other)]
    assert [a == b for a, b in zip(first, changed, strict=True)] == [False, True, False, False]
