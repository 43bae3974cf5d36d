"""Commands: Apple knows them, and a personal device is never asked for what is not ours."""

import pytest

from quartermaster.drivers.apple.wire import commands
from tests.drivers.apple.schema import Target, command_findings, needs_schema

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
