"""Profiles: what a person installs, and what is sent, by Apple's own schema."""

from dataclasses import replace

import pytest

from quartermaster.drivers.apple.wire import plist, profile
from quartermaster.drivers.apple.wire.profile import Rights
from tests.drivers.apple.schema import Target, needs_schema, profile_findings

ASKED = profile.Enrolment(
    identifier="city.example.quartermaster.enrolment",
    organisation="Model City",
    server_url="https://devices.city.example/apple/connect",
    check_in_url="https://devices.city.example/apple/checkin",
    scep_url="https://devices.city.example/apple/scep",
    challenge="once",
    topic="com.apple.mgmt.External.3f2c",
    common_name="01935c2e-0000-7000-8000-000000000001",
    authority_fingerprint=b"\x01" * 20,
)
ACCOUNT = "ana@city.example"
CITY = profile.city_enrolment(ASKED)
PERSONAL = profile.personal_enrolment(ASKED)
USER = profile.user_enrolment(ASKED, ACCOUNT)
BY_ACCOUNT = profile.account_enrolment(ASKED, ACCOUNT, profile.Mode.USER)
CITY_BY_ACCOUNT = profile.account_enrolment(ASKED, ACCOUNT, profile.Mode.DEVICE)


def parts(made: dict) -> tuple[dict, dict]:
    scep, management = made["PayloadContent"]
    return scep, management


def test_the_mdm_payload_names_the_identity_of_the_scep_payload():
    scep, management = parts(profile.city_enrolment(ASKED))
    assert management["IdentityCertificateUUID"] == scep["PayloadUUID"]
    assert management["SignMessage"] is True
    assert management["CheckOutWhenRemoved"] is True
    assert management["AccessRights"] == 8191
    assert scep["PayloadContent"]["Keysize"] == 2048
    assert scep["PayloadContent"]["Key Usage"] == 5
    assert scep["PayloadContent"]["Challenge"] == "once"


def test_a_renewed_profile_keeps_its_identifiers():
    first = profile.city_enrolment(ASKED)
    renewed = profile.city_enrolment(replace(ASKED, challenge="another"))
    assert [item["PayloadIdentifier"] for item in first["PayloadContent"]] == [
        item["PayloadIdentifier"] for item in renewed["PayloadContent"]
    ]
    assert first["PayloadIdentifier"] == renewed["PayloadIdentifier"]
    assert first["PayloadUUID"] != renewed["PayloadUUID"]


@pytest.mark.clause("G-1")
def test_a_personal_profile_asks_for_no_right_to_erase_lock_or_look():
    _, management = parts(profile.personal_enrolment(ASKED))
    rights = Rights(management["AccessRights"])
    assert not rights & (
        Rights.ERASE
        | Rights.LOCK_AND_CLEAR_PASSCODE
        | Rights.QUERY_APPLICATIONS
        | Rights.QUERY_NETWORK
        | Rights.QUERY_RESTRICTIONS
    )


@pytest.mark.clause("G-1")
@pytest.mark.parametrize("made", [USER, BY_ACCOUNT], ids=["profile", "account"])
def test_a_user_enrolment_has_no_rights_at_all(made):
    _, management = parts(made)
    assert "AccessRights" not in management


def test_each_way_names_the_account_where_its_system_looks_for_it():
    def named(made: dict) -> dict:
        keys = ("ManagedAppleID", "AssignedManagedAppleID", "EnrollmentMode")
        return {key: value for key, value in parts(made)[1].items() if key in keys}

    assert named(CITY) == named(PERSONAL) == {}
    assert named(USER) == {"ManagedAppleID": ACCOUNT}
    assert named(BY_ACCOUNT) == {"AssignedManagedAppleID": ACCOUNT, "EnrollmentMode": "BYOD"}
    assert named(CITY_BY_ACCOUNT) == {"AssignedManagedAppleID": ACCOUNT, "EnrollmentMode": "ADDE"}
    assert parts(CITY_BY_ACCOUNT)[1]["AccessRights"] == 8191


def test_the_same_settings_are_the_same_bytes_and_others_another_uuid():
    def made(length: int) -> dict:
        payload = profile.passcode(profile.Passcode(minimum_length=length))
        return profile.configuration("city.example.policy", "Policy", "Model City", [payload])

    assert profile.render(made(6)) == profile.render(made(6))
    assert made(6)["PayloadUUID"] != made(8)["PayloadUUID"]
    assert made(6)["PayloadIdentifier"] == made(8)["PayloadIdentifier"]
    assert plist.loads(profile.render(made(6))) == made(6)


def test_a_passcode_payload_says_only_what_was_asked():
    assert profile.passcode(profile.Passcode(minimum_length=6)).content == {
        "forcePIN": True,
        "minLength": 6,
    }


@needs_schema
@pytest.mark.parametrize(
    ("made", "target"),
    [
        (CITY, Target()),
        (CITY, Target("macOS", "15.1")),
        (CITY, Target(supervised=True)),
        (PERSONAL, Target()),
        (PERSONAL, Target("macOS", "15.1")),
        (USER, Target(version="17.7", user_enrolment=True)),
        (USER, Target("macOS", "14.7", user_enrolment=True)),
        (BY_ACCOUNT, Target(user_enrolment=True)),
        (BY_ACCOUNT, Target("macOS", "15.1", user_enrolment=True)),
        (CITY_BY_ACCOUNT, Target()),
        (CITY_BY_ACCOUNT, Target("macOS", "15.1")),
    ],
)
def test_apple_knows_every_key_of_the_enrolment_profiles(made, target):
    assert profile_findings(made, target) == []


@needs_schema
def test_a_profile_with_a_managed_account_is_no_use_to_newer_systems():
    assert profile_findings(USER, Target(user_enrolment=True)) == [
        "com.apple.mdm.ManagedAppleID: removed from iOS 18.0"
    ]


@needs_schema
def test_the_validator_finds_what_is_wrong():
    _, management = parts(CITY)
    assert profile_findings(CITY, Target(user_enrolment=True)) == [
        "com.apple.mdm.AccessRights: ignored under User Enrolment"
    ]
    broken = {key: value for key, value in management.items() if key != "Topic"}
    broken |= {"Invented": 1, "SignMessage": "yes", "EnrollmentMode": "ALL"}
    wrong = {**CITY, "PayloadContent": [broken]}
    assert profile_findings(wrong, Target()) == [
        "com.apple.mdm.SignMessage: str instead of <boolean>",
        "com.apple.mdm.Invented: unknown key",
        "com.apple.mdm.EnrollmentMode: ALL is not in ['BYOD', 'ADDE']",
        "com.apple.mdm.Topic: missing",
    ]
