"""Answers become facts; silence and nonsense become none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.report import facts, family_of
from quartermaster.drivers.apple.wire import plist
from quartermaster.mdm.posture import Fact
from tests.cast import AT


def said(kind: str, **answer: object) -> dict:
    found = facts(kind, plist.dumps({"UDID": "A", "Status": "Acknowledged", **answer}), AT)
    assert {fact.source for fact in found.values()} <= {kind}
    return {key: fact.value for key, fact in found.items()}


def test_device_information():
    assert said(
        "DeviceInformation",
        QueryResponses={
            "DeviceName": "Meter 7",
            "OSVersion": "18.1",
            "BuildVersion": "22B83",
            "ProductName": "iPhone17,1",
            "SerialNumber": "C02",
            "IsSupervised": True,
        },
    ) == {
        "device.name": "Meter 7",
        "os.version": "18.1",
        "os.build": "22B83",
        "device.model": "iPhone17,1",
        "device.product": "iPhone17,1",
        "os.family": "iOS",
        "device.serial": "C02",
        "supervised": True,
    }


def test_each_fact_carries_its_source_and_time():
    body = plist.dumps({"QueryResponses": {"OSVersion": "18.1"}})
    assert facts("DeviceInformation", body, AT) == {
        "os.version": Fact("18.1", "DeviceInformation", AT)
    }


@pytest.mark.clause("G-3")
@pytest.mark.parametrize(
    ("security", "expected"),
    [
        (
            {"PasscodePresent": True, "PasscodeCompliant": True, "HardwareEncryptionCaps": 3},
            {"passcode.present": True, "passcode.compliant": True, "encryption.enabled": True},
        ),
        (
            {"PasscodePresent": False, "PasscodeCompliant": True, "HardwareEncryptionCaps": 3},
            {"passcode.present": False, "passcode.compliant": True, "encryption.enabled": False},
        ),
        (
            {"PasscodeCompliant": True, "PasscodeCompliantWithProfiles": False},
            {"passcode.compliant": False},
        ),
        ({"HardwareEncryptionCaps": 3}, {}),
        ({"PasscodePresent": "yes", "HardwareEncryptionCaps": "3"}, {}),
        (
            {"FDE_Enabled": False, "SystemIntegrityProtectionEnabled": True},
            {"encryption.enabled": False, "compromised": False},
        ),
        (
            {"SystemIntegrityProtectionEnabled": True, "AuthenticatedRootVolumeEnabled": False},
            {"compromised": True},
        ),
        ({}, {}),
    ],
)
def test_security_info(security, expected):
    assert said("SecurityInfo", SecurityInfo=security) == expected


def test_software_and_profiles():
    assert said(
        "InstalledApplicationList",
        InstalledApplicationList=[
            {"Identifier": "com.example.mail", "Name": "Mail", "ShortVersion": "2.1"},
            {"BundleSize": 4},
            "nonsense",
        ],
    ) == {
        "software.installed": [
            {"identifier": "com.example.mail", "name": "Mail", "version": "2.1", "managed": None}
        ]
    }
    assert said(
        "ProfileList",
        ProfileList=[{"PayloadIdentifier": "a", "PayloadUUID": "B", "IsManaged": True}],
    ) == {"profiles.installed": ["a"]}


def test_a_missing_list_is_not_an_empty_one():
    assert said("InstalledApplicationList") == {}
    assert said("ProfileList", ProfileList=[]) == {"profiles.installed": []}
    assert said("InstallProfile") == {}


@pytest.mark.parametrize(
    ("product", "family"),
    [
        ("iPhone17,1", "iOS"),
        ("iPad16,3", "iPadOS"),
        ("MacBookPro18,3", "macOS"),
        ("Mac15,6", "macOS"),
        ("AppleTV14,1", ""),
    ],
)
def test_the_system_follows_from_the_product(product, family):
    assert family_of(product) == family


junk = st.recursive(
    st.booleans() | st.integers(0, 9) | st.text("ab", max_size=3) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.sampled_from(["DeviceInformation", "SecurityInfo", "InstalledApplicationList"]),
    st.dictionaries(
        st.sampled_from(["QueryResponses", "SecurityInfo", "InstalledApplicationList"]), junk
    ),
)
def test_nonsense_never_crashes(kind, answer):
    said(kind, **answer)


@pytest.mark.clause("G-4")
@pytest.mark.parametrize(
    ("more", "elsewhere"),
    [
        ({"AppStoreVendable": False, "AdHocCodeSigned": True}, True),
        ({"AppStoreVendable": False, "DistributorIdentifier": "org.market"}, True),
        ({"AppStoreVendable": False, "DeviceBasedVPP": True}, False),
        ({"AppStoreVendable": False, "BetaApp": True}, False),
        ({"AppStoreVendable": False, "IsAppClip": True}, False),
        ({"AppStoreVendable": False, "Identifier": "com.apple.podcasts"}, False),
        ({"AppStoreVendable": True}, False),
        ({"AppStoreVendable": "no"}, False),
        ({}, False),
    ],
)
def test_what_came_from_elsewhere_than_the_store_is_told_where_apple_tells(more, elsewhere):
    listed = [{"Identifier": "org.side", "Name": "Side", "Version": "1", **more}]
    (item,) = said("InstalledApplicationList", InstalledApplicationList=listed)[
        "software.installed"
    ]
    assert item.get("elsewhere", False) is elsewhere
