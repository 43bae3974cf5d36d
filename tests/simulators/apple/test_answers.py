"""A simulated device answers as its state is, within what its profile and Apple allow."""

import pytest

from quartermaster.drivers.apple.wire import commands, profile
from quartermaster.simulators.apple import App, State, iphone, mac
from quartermaster.simulators.apple.answers import answer
from quartermaster.simulators.apple.passcodes import complies, is_simple

ASKED = profile.Enrolment(
    identifier="city.example.enrolment",
    organisation="Model City",
    server_url="https://d.example/mdm",
    check_in_url="https://d.example/mdm",
    scep_url="https://d.example/scep",
    challenge="once",
    topic="com.apple.mgmt.External.x",
    common_name="x",
)
CITY = profile.city_enrolment(ASKED)
PERSONAL = profile.personal_enrolment(ASKED)
USER = profile.account_enrolment(ASKED, "ana@city.example", profile.Mode.USER)
GAME = App("com.example.game", "Game")
MAIL = App("com.example.mail", "Mail", managed=True)


def enrolled(state: State, made: dict = CITY) -> State:
    state.profiles[made["PayloadIdentifier"]] = made
    return state


def policy(**rules) -> bytes:
    payload = profile.passcode(profile.Passcode(**rules))
    return profile.render(profile.configuration("city.policy", "Policy", "City", [payload]))


def security(state: State) -> dict:
    return answer(state, commands.security_info())["SecurityInfo"]


@pytest.mark.clause("G-3")
def test_a_policy_makes_a_passcode_compliant_or_not():
    state = enrolled(iphone(passcode="1379"))
    assert security(state)["PasscodeCompliant"] is True
    assert answer(state, commands.install_profile(policy(minimum_length=6))) == {
        "Status": "Acknowledged"
    }
    assert security(state)["PasscodeCompliant"] is False
    state.passcode = "137924"
    assert security(state)["PasscodeCompliant"] is True
    assert answer(state, commands.remove_profile("city.policy"))["Status"] == "Acknowledged"
    assert list(state.profiles) == ["city.example.enrolment"]


def test_a_locked_device_says_not_now():
    state = enrolled(iphone(locked=True))
    assert answer(state, commands.security_info()) == {"Status": "NotNow"}
    assert answer(state, commands.device_information(personal=False))["Status"] == "Acknowledged"
    assert answer(state, commands.installed_application_list(personal=False))["Status"] != "NotNow"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ({"RequestType": "Dance"}, 12021),
        ({}, 12021),
        (commands.remove_profile("never.installed"), 12075),
        (commands.install_profile(b"<nonsense/>"), 4000),
        (commands.install_profile(b"\x30\x80nonsense"), 4000),
        ({"RequestType": "InstallProfile", "Payload": 5}, 4000),
    ],
)
def test_what_cannot_be_done_is_an_error_with_its_chain(command, code):
    said = answer(enrolled(iphone()), command)
    assert (said["Status"], said["ErrorChain"][0]["ErrorCode"]) == ("Error", code)


@pytest.mark.clause("G-1")
def test_a_user_enrolment_keeps_personal_things_to_itself():
    state = enrolled(iphone(serial="C02", passcode="1", apps=[GAME, MAIL]), USER)
    said = answer(state, commands.device_information(personal=False))["QueryResponses"]
    assert not {"SerialNumber", "UDID"} & set(said)
    listed = answer(state, commands.installed_application_list(personal=False))
    assert [item["Name"] for item in listed["InstalledApplicationList"]] == ["Mail"]
    assert "PasscodePresent" not in security(state)


@pytest.mark.clause("G-1")
def test_a_personal_profile_gives_no_right_to_applications():
    state = enrolled(iphone(apps=[GAME]), PERSONAL)
    said = answer(state, commands.installed_application_list(personal=True))
    assert (said["Status"], said["ErrorChain"][0]["ErrorCode"]) == ("Error", 12007)
    assert security(state)["PasscodePresent"] is False


def test_a_mac_tells_of_file_vault_and_integrity():
    assert security(enrolled(mac(file_vault=True))) == {
        "FDE_Enabled": True,
        "FDE_HasPersonalRecoveryKey": False,
        "FDE_HasInstitutionalRecoveryKey": False,
        "IsRecoveryLockEnabled": False,
        "SystemIntegrityProtectionEnabled": True,
        "AuthenticatedRootVolumeEnabled": True,
    }


@pytest.mark.parametrize(
    ("passcode", "simple"),
    [("1111", True), ("1234", True), ("cba", True), ("1379", False), ("12", True), ("a1b2", False)],
)
def test_simple_passcodes(passcode, simple):
    assert is_simple(passcode) is simple


@pytest.mark.parametrize(
    ("passcode", "rules", "good"),
    [
        ("", {}, True),
        ("", {"forcePIN": True}, False),
        ("1111", {"allowSimple": False}, False),
        ("137924", {"minLength": 6, "allowSimple": False}, True),
        ("137924", {"requireAlphanumeric": True}, False),
        ("13792a", {"requireAlphanumeric": True}, True),
        ("13792a", {"minComplexChars": 1}, False),
        ("13792!", {"minComplexChars": 1}, True),
    ],
)
def test_compliance(passcode, rules, good):
    assert complies(passcode, rules) is good
