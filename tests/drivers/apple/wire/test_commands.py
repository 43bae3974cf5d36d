"""Commands: Apple knows them, and a personal device is never asked for what is not ours."""

import pytest

from quartermaster.drivers.apple.wire import commands
from quartermaster.drivers.apple.wire.commands import settings
from quartermaster.drivers.apple.wire.commands.accounts import SALT_BYTES, account_configuration
from quartermaster.drivers.apple.wire.errors import Malformed
from tests.drivers.apple.schema import Target, command_findings, command_support, needs_schema

PRIVATE = frozenset(
    {
        "UDID", "SerialNumber", "IMEI", "MEID", "ICCID", "PhoneNumber", "WiFiMAC", "BluetoothMAC",
        "EthernetMAC", "ServiceSubscriptions", "CurrentCarrierNetwork", "iTunesStoreAccountHash",
        "iTunesStoreAccountIsActive", "DeviceName", "LocalHostName", "HostName", "TimeZone",
        "IsDeviceLocatorServiceEnabled", "LastCloudBackupDate",
    }
)  # fmt: skip


@pytest.mark.clause("G-1")
def test_a_personal_device_is_asked_for_nothing_private():
    asked = commands.device_information(personal=True)["Queries"]
    assert not PRIVATE & set(asked)
    assert commands.installed_application_list(personal=True)["ManagedAppsOnly"] is True
    assert commands.profile_list(personal=True)["ManagedOnly"] is True


def test_a_city_device_is_asked_for_its_identity():
    asked = commands.device_information(personal=False)["Queries"]
    assert {"SerialNumber", "UDID", "OSVersion", "IsSupervised"} <= set(asked)


@needs_schema
@pytest.mark.parametrize("system", ["iOS", "macOS"])
@pytest.mark.parametrize(
    "command",
    [commands.install_profile(b"profile"), commands.remove_profile("city.example.policy")],
    ids=lambda item: item["RequestType"],
)
def test_apple_knows_the_commands_that_change_profiles(command, system):
    version = {"iOS": "18.1", "macOS": "15.1"}[system]
    assert command_findings(command, Target(system, version, user_enrolment=True)) == []


KEY = b"0" * 32
ADDRESS = "https://mdm.example/manifest.plist"
EVERYTHING = [
    commands.device_information(personal=False) | {"Queries": ["OSVersion"]},
    commands.security_info(),
    commands.installed_application_list(personal=False),
    commands.managed_application_list(),
    commands.certificate_list(managed_only=True),
    commands.certificate_list(managed_only=False),
    commands.profile_list(personal=False),
    commands.user_list(),
    commands.restrictions_list(),
    commands.install_profile(b"profile"),
    commands.remove_profile("city.example.policy"),
    commands.declarative_management(b"{}"),
    commands.device_configured(),
    commands.device_lock(),
    commands.device_lock(text="Call us", phone_number="+1 555 0100"),
    commands.clear_passcode(KEY),
    commands.clear_restrictions_password(),
    commands.erase_device(commands.Erasure()),
    commands.erase_device(
        commands.Erasure(
            preserve_data_plan=True,
            disallow_proximity_setup=True,
            return_to_service=True,
            management_profile=b"m",
            wifi_profile=b"w",
        )
    ),
    commands.restart_device(),
    commands.shut_down_device(),
    commands.enable_lost_mode(text="Lost", phone_number="+1 555 0100", footnote="City"),
    commands.device_location(),
    commands.play_lost_mode_sound(),
    commands.disable_lost_mode(),
    commands.install_from_store(
        361309726, terms=commands.Terms(take_over=True, configuration={"server": "x"})
    ),
    commands.install_from_manifest(ADDRESS),
    commands.install_package(ADDRESS),
    commands.remove_application("city.example.app"),
    commands.validate_applications(["city.example.app"]),
    commands.activation_lock_bypass_code(),
    commands.clear_activation_lock_bypass_code(),
    commands.set_recovery_lock("new", current="old"),
    commands.verify_recovery_lock("new"),
    commands.set_firmware_password("new"),
    commands.verify_firmware_password("new"),
    commands.rotate_disk_key("key", b"certificate"),
    commands.schedule_os_update(version="18.1"),
    commands.schedule_os_update(product="key", action=commands.InstallAction.DOWNLOAD_ONLY),
    commands.available_os_updates(),
    commands.os_update_status(),
    commands.schedule_os_update_scan(),
    commands.unlock_user_account("ana"),
    commands.delete_user("ana"),
    commands.enable_remote_desktop(),
    commands.disable_remote_desktop(),
    settings.settings(
        [
            settings.device_name("PH-1"),
            settings.organisation("Model City", phone="311", mail="it@city.example"),
        ]
    ),
]
MAC_ONLY = [
    account_configuration("itmd", "a password", b"s" * SALT_BYTES),
    commands.device_lock(text="Call us", unlock_pin="123456"),
    commands.erase_device(commands.Erasure(pin="123456", obliteration="Default")),
    commands.restart_device(notify_user=True),
    settings.settings([settings.host_name("mac-1")]),
]
PHONE_ONLY = [
    settings.settings(
        [
            settings.data_roaming(enabled=False),
            settings.diagnostics(enabled=False),
            settings.voice_roaming(enabled=False),
            settings.personal_hotspot(enabled=True),
            settings.time_zone("America/Chicago"),
            settings.application_removable("city.example.app", removable=False),
        ]
    ),
]
BOTH = [
    settings.settings([settings.bluetooth(enabled=True)]),
    settings.settings([settings.activation_lock_while_supervised(allowed=False)]),
    settings.settings([settings.application_configuration("city.example.app", {"a": "b"})]),
]
VERSIONS = {"iOS": "18.1", "macOS": "15.1"}


def sendable(command, system):
    return not commands.why_not(command["RequestType"], mac=system == "macOS", supervised=True)


@needs_schema
@pytest.mark.clause("G-10")
@pytest.mark.parametrize(
    ("command", "system"),
    [
        *(
            (item, system)
            for item in EVERYTHING + BOTH
            for system in VERSIONS
            if sendable(item, system)
        ),
        *((item, "macOS") for item in MAC_ONLY),
        *((item, "iOS") for item in PHONE_ONLY),
    ],
    ids=lambda item: item if isinstance(item, str) else item["RequestType"],
)
def test_whatever_is_sent_is_as_apple_publishes_it(command, system):
    if command["RequestType"] == "EraseDevice" and system == "macOS":
        command = {
            k: v for k, v in command.items() if k in {"RequestType", "PIN", "ObliterationBehavior"}
        }
    assert command_findings(command, Target(system, VERSIONS[system], supervised=True)) == []


def test_every_command_that_is_listed_can_be_made_here():
    made = {item["RequestType"] for item in EVERYTHING + MAC_ONLY + PHONE_ONLY + BOTH}
    assert made == set(commands.AVAILABLE)


@needs_schema
@pytest.mark.parametrize("system", ["iOS", "macOS"])
@pytest.mark.parametrize("kind", sorted(commands.AVAILABLE))
def test_where_a_command_may_be_sent_is_as_apple_says(kind, system):
    support = command_support(kind).get(system, {})
    known = commands.AVAILABLE[kind]
    since = known.macs if system == "macOS" else known.phones
    absent = support.get("introduced", "n/a") == "n/a"
    if absent or (support.get("sharedipad") or {}).get("mode") == "required":
        assert since is None
        return
    assert since is not None
    personal = (support.get("userenrollment") or {}).get("mode") != "forbidden"
    said = (since.version, since.supervised, since.personal)
    assert said == (str(support["introduced"]), bool(support.get("supervised")), personal)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: commands.device_lock(unlock_pin="12345"), "six digits"),
        (lambda: commands.device_lock(text="x" * 501), "longer than 500"),
        (lambda: commands.device_lock(text="a\x00b"), "not plain"),
        (lambda: commands.device_lock(phone_number="<b>"), "telephone number"),
        (lambda: commands.clear_passcode(b""), "unlock token"),
        (lambda: commands.erase_device(commands.Erasure(obliteration="Maybe")), "none that a Mac"),
        (commands.enable_lost_mode, "message or a telephone number"),
        (lambda: commands.install_from_store(0), "has a number"),
        (lambda: commands.install_from_manifest("http://x"), "https://"),
        (lambda: commands.remove_application("a b"), "no bundle identifier"),
        (commands.schedule_os_update, "by its version"),
        (lambda: commands.set_recovery_lock("x" * 256), "too long"),
        (lambda: commands.unlock_user_account("a/b"), "no name of an account"),
        (lambda: settings.settings([]), "nothing to set"),
        (lambda: settings.device_name(" "), "empty"),
        (lambda: settings.time_zone("Mars/Olympus"), "time zone"),
    ],
)
def test_what_a_person_puts_in_is_checked(make, said):
    with pytest.raises(Malformed, match=said):
        make()


@pytest.mark.clause("G-1", "G-10")
def test_why_a_command_cannot_be_sent_is_a_sentence():
    why = commands.why_not
    assert why("EraseDevice", mac=False) == ""
    assert "personal" in why("EraseDevice", mac=False, personal=True)
    assert "supervised" in why("DeviceLocation", mac=False)
    assert why("ClearPasscode", mac=True) == "Macs do not know this."
    assert why("SetRecoveryLock", mac=False) == "Only Macs know this."
    assert "11.5 or newer" in why("SetRecoveryLock", mac=True, version="11.4")
