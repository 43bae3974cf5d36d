"""A simulated device answers every command that the house can make, as Apple's schema has it."""

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from quartermaster.drivers.apple.wire import ca, commands, envelope, profile
from quartermaster.drivers.apple.wire.commands import settings
from quartermaster.drivers.apple.wire.commands.accounts import SALT_BYTES, account_configuration
from quartermaster.simulators.apple import App, State, ipad, iphone, mac
from quartermaster.simulators.apple.answers import HANDLERS, answer
from quartermaster.simulators.apple.state import Account, Update, new_recovery_key
from tests.drivers.apple.schema import answer_findings, needs_schema
from tests.plugins.checked import target_of
from tests.simulators.apple.test_answers import CITY, USER, enrolled

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OWN = ca.new_authority(KEY, "Model City", datetime(2026, 1, 1, tzinfo=UTC))
DER = OWN.public_bytes(Encoding.DER)
MAIL = App("com.example.mail", "Mail", "2.1")
UPDATE = Update("18.2", "22C152", "iOSUpdate22C152")
CASES = [
    account_configuration("itmd", "a password", b"s" * SALT_BYTES),
    commands.activation_lock_bypass_code(),
    commands.available_os_updates(),
    commands.certificate_list(managed_only=True),
    commands.clear_activation_lock_bypass_code(),
    commands.clear_passcode(b"unlock"),
    commands.clear_restrictions_password(),
    commands.declarative_management(b"{}"),
    commands.delete_user("old"),
    commands.device_configured(),
    commands.device_information(personal=False),
    commands.device_location(),
    commands.device_lock(text="Locked."),
    commands.disable_lost_mode(),
    commands.disable_remote_desktop(),
    commands.enable_lost_mode(text="Call us."),
    commands.enable_remote_desktop(),
    commands.erase_device(commands.Erasure(pin="123456")),
    commands.install_from_store(1),
    commands.install_package("https://city.example/p.plist"),
    commands.install_profile(profile.render(CITY)),
    commands.installed_application_list(personal=False),
    commands.managed_application_list(),
    commands.os_update_status(),
    commands.play_lost_mode_sound(),
    commands.profile_list(personal=False),
    commands.remove_application("com.example.old"),
    commands.remove_profile(CITY["PayloadIdentifier"]),
    commands.restart_device(),
    commands.restrictions_list(),
    commands.rotate_disk_key("KEY-1", DER),
    commands.schedule_os_update(version="18.2"),
    commands.schedule_os_update_scan(),
    commands.security_info(),
    commands.set_firmware_password("new"),
    commands.set_recovery_lock("new"),
    settings.settings([settings.device_name("Truck 4")]),
    commands.shut_down_device(),
    commands.unlock_user_account("ana"),
    commands.user_list(),
    commands.validate_applications(),
    commands.verify_firmware_password("x"),
    commands.verify_recovery_lock("x"),
]
KINDS = [case["RequestType"] for case in CASES]


def ready(state: State) -> State:
    """A supervised device for which nothing is impossible."""
    state.supervised = True
    state.passcode = "137924"
    state.unlock_token = b"unlock"
    state.bypass_code = "ABCDE"
    state.awaiting_configuration = True
    state.lost = {} if not state.is_mac else None
    state.position, state.positioned_at = (44.5, -88.0, 12.0), "2026-11-24T15:00:00Z"
    state.file_vault, state.recovery_key = True, "KEY-1"
    state.store, state.licences = {1: MAIL}, {MAIL.identifier}
    state.apps = [App("com.example.old", "Old", managed=True)]
    state.updates = [UPDATE]
    state.accounts = [Account("ana", "Ana Reyes", logged_in=True), Account("old", "Old")]
    return enrolled(state)


def done(state: State, command: dict) -> dict:
    said = answer(state, command)
    assert said["Status"] == "Acknowledged", said
    return said


def refused(state: State, command: dict) -> tuple[str, int]:
    said = answer(state, command)
    assert said["Status"] == "Error"
    (item,) = said["ErrorChain"]
    assert set(item) == {
        "ErrorCode", "ErrorDomain", "LocalizedDescription", "USEnglishDescription"
    }  # fmt: skip
    return item["ErrorDomain"], item["ErrorCode"]


def test_every_command_of_the_wire_is_answered():
    assert set(KINDS) == set(commands.AVAILABLE)
    assert set(KINDS) <= set(HANDLERS)


@needs_schema
@pytest.mark.parametrize("command", CASES, ids=KINDS)
@pytest.mark.parametrize("make", [ipad, mac])
def test_each_answer_is_as_apple_describes_it(make, command):
    kind = command["RequestType"]
    state = ready(make())
    if commands.why_not(kind, mac=state.is_mac, version=state.os_version, supervised=True):
        assert refused(state, command) == ("MCMDMErrorDomain", 12021)
        return
    if kind in {"ClearPasscode", "DeviceLock", "InstallApplication", "RemoveApplication"} or (
        kind == "ScheduleOSUpdate"
    ):
        state.lost = None
    said = done(state, command)
    if kind == "Settings":  # one result an item, where the schema describes a single one
        assert said["Settings"] == [{"Item": "DeviceName", "Status": "Acknowledged"}]
        return
    assert answer_findings(kind, said, target_of(state)) == []


@pytest.mark.parametrize("command", CASES, ids=KINDS)
def test_supervision_is_asked_for_as_apple_does(command):
    kind = command["RequestType"]
    available = commands.AVAILABLE[kind].phones
    if available is None or not available.supervised:
        return
    assert refused(enrolled(iphone()), command) == ("MCChaperoneErrorDomain", 29000)


@pytest.mark.clause("G-1")
@pytest.mark.parametrize("command", CASES, ids=KINDS)
def test_a_user_enrolment_refuses_what_is_not_the_citys(command):
    kind = command["RequestType"]
    available = commands.AVAILABLE[kind].phones
    if available is not None and available.personal:
        return
    assert refused(enrolled(iphone(), USER), command) == ("MCMDMErrorDomain", 12021)


@pytest.mark.clause("G-11")
def test_lost_mode_has_its_order():
    state = enrolled(iphone(supervised=True, passcode="137924", locked=True))
    for command in (commands.device_location(), commands.disable_lost_mode()):
        assert refused(state, command) == ("MCMDMErrorDomain", 12067)
    assert refused(state, {"RequestType": "EnableLostMode"}) == ("MCMDMErrorDomain", 12066)
    done(state, commands.enable_lost_mode(text="Call us."))
    assert state.lost == {"Message": "Call us."}
    assert refused(state, commands.device_location()) == ("MCMDMErrorDomain", 12068)
    state.position = (44.5, -88.0, 12.0)
    assert done(state, commands.device_location())["Latitude"] == 44.5
    assert refused(state, commands.device_lock()) == ("MCMDMErrorDomain", 12078)
    done(state, commands.play_lost_mode_sound())
    done(state, commands.disable_lost_mode())
    assert (state.lost, state.sounds) == (None, 1)


def test_a_passcode_is_cleared_with_the_right_token_alone():
    state = enrolled(iphone(passcode="137924", locked=True, unlock_token=b"mine"))
    wrong = commands.clear_passcode(b"yours")
    assert refused(state, wrong) == ("MCPasscodeErrorDomain", 5013)
    done(state, commands.clear_passcode(b"mine"))
    assert (state.passcode, state.locked) == ("", False)


def test_a_lock_needs_a_passcode_to_lock_with():
    state = enrolled(iphone())
    said = done(state, commands.device_lock(text="Bring it back."))
    assert (said["MessageResult"], state.locked) == ("NoPasscodeSet", False)
    state.passcode = "137924"
    assert done(state, commands.device_lock()) == {"Status": "Acknowledged"}
    assert state.locked is True


def test_locks_of_a_mac_ask_for_the_password_that_is_there():
    state = enrolled(mac())
    done(state, commands.set_recovery_lock("one"))
    assert refused(state, commands.set_recovery_lock("two")) == ("MCMDMErrorDomain", 12007)
    done(state, commands.set_recovery_lock("two", current="one"))
    assert done(state, commands.verify_recovery_lock("two"))["PasswordVerified"] is True
    assert done(state, commands.verify_recovery_lock("one"))["PasswordVerified"] is False
    done(state, commands.set_firmware_password("one"))
    assert refused(state, commands.set_firmware_password("two"))[1] == 12007
    done(state, commands.device_lock(unlock_pin="123456"))
    assert state.unlock_pin == "123456"


@pytest.mark.clause("G-3")
def test_a_mac_tells_its_recovery_key_to_the_certificate_alone():
    state = enrolled(mac())
    certificate = profile.Payload("com.apple.security.pkcs1", "c", {"PayloadContent": DER})
    made = profile.configuration("city.disk", "Disk", "City", [certificate])
    (brought,) = made["PayloadContent"]
    escrow = {
        "PayloadType": "com.apple.security.FDERecoveryKeyEscrow",
        "EncryptCertPayloadUUID": brought["PayloadUUID"],
    }
    vault = {"PayloadType": "com.apple.MCX.FileVault2", "Enable": "On", "Defer": True}
    made["PayloadContent"] += [escrow, vault]
    state.profiles["city.disk"] = made
    state.log_in()
    told = done(state, commands.security_info())["SecurityInfo"]
    assert told["FDE_Enabled"] is True
    opened = envelope.decrypt(told["FDE_PersonalRecoveryKeyCMS"], KEY, allow_des=False)
    assert opened.decode() == state.recovery_key
    assert refused(state, commands.rotate_disk_key("wrong", DER))[1] == 12007
    before = state.recovery_key
    result = done(state, commands.rotate_disk_key(before, DER))["RotateResult"]
    fresh = envelope.decrypt(result["EncryptedNewRecoveryKey"], KEY, allow_des=False).decode()
    assert fresh == state.recovery_key != before
    listed = done(state, commands.certificate_list(managed_only=True))["CertificateList"]
    assert [x509.load_der_x509_certificate(item["Data"]) for item in listed] == [OWN]
    state.file_vault = False
    assert refused(state, commands.rotate_disk_key(fresh, DER))[1] == 12008


def test_updates_are_offered_scheduled_and_installed():
    state = enrolled(iphone(supervised=True, updates=[UPDATE]))
    missing = commands.schedule_os_update(version="99.0")
    assert refused(state, missing) == ("MCMDMErrorDomain", 12048)
    wanted = commands.schedule_os_update(product=UPDATE.product_key)
    state.short_of_space = True
    assert refused(state, wanted) == ("MCMDMErrorDomain", 12054)
    state.short_of_space = False
    (result,) = done(state, wanted)["UpdateResults"]
    assert (result["InstallAction"], result["Status"]) == ("InstallASAP", "Installing")
    (status,) = done(state, commands.os_update_status())["OSUpdateStatus"]
    assert status["Status"] == "Installing"
    state.install_updates()
    assert (state.os_version, state.build, state.updates) == ("18.2", "22C152", [])


def test_applications_come_and_go_by_licence():
    state = enrolled(iphone(store={1: MAIL}, apps=[App("com.example.own", "Own")]))
    assert refused(state, commands.install_from_store(2)) == ("MCMDMErrorDomain", 12023)
    assert refused(state, commands.install_from_store(1)) == ("MCMDMErrorDomain", 12064)
    state.licences.add(MAIL.identifier)
    done(state, commands.install_from_store(1, terms=commands.Terms(configuration={"a": 1})))
    state.holder_agrees()
    managed = done(state, commands.managed_application_list())["ManagedApplicationList"]
    assert managed[MAIL.identifier]["HasConfiguration"] is True
    own = commands.remove_application("com.example.own")
    assert refused(state, own) == ("MCMDMErrorDomain", 12029)
    done(state, commands.remove_application(MAIL.identifier))
    assert [app.identifier for app in state.apps] == ["com.example.own"]


def test_accounts_of_a_mac():
    state = ready(mac())
    assert refused(state, commands.delete_user("ana")) == ("MCMDMErrorDomain", 12072)
    assert refused(state, commands.delete_user("nobody")) == ("MCMDMErrorDomain", 12071)
    done(state, commands.delete_user("old"))
    done(state, {"RequestType": "LogOutUser"})
    done(state, commands.delete_user("ana"))
    assert done(state, commands.user_list())["Users"] == []


def test_settings_are_answered_one_by_one():
    state = enrolled(iphone())
    said = done(
        state,
        settings.settings(
            [settings.device_name("x"), settings.data_roaming(enabled=False), {"Item": "Odd"}]
        ),
    )
    assert [item["Status"] for item in said["Settings"]] == ["Error", "Acknowledged", "Error"]
    assert state.settings == {"DataRoaming": False}


def test_configuration_ends_once():
    state = enrolled(mac(awaiting_configuration=True))
    done(state, {"RequestType": "AccountConfiguration"})
    done(state, commands.device_configured())
    assert refused(state, commands.device_configured())[1] == 12008
    assert refused(state, {"RequestType": "AccountConfiguration"})[1] == 12008


def test_recovery_keys_differ():
    assert new_recovery_key() != new_recovery_key()
    assert len(new_recovery_key()) == 29
