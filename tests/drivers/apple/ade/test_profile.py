"""The enrolment profile at Apple: defined when it changes, assigned to whoever lacks it."""

from datetime import timedelta

import pytest

from quartermaster.drivers.apple.ade.definition import definition
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.models import AutomatedProfile, ListedDevice
from quartermaster.mdm.rules.listing import MOST_ASSIGNMENTS
from quartermaster.simulators.apple.services.dep_profiles import problem_with
from quartermaster.simulators.apple.services.device_ca import DeviceAuthority
from tests.cast import AT
from tests.drivers.apple.schema import _load, needs_schema, schema_folder
from tests.factories.custody import keep
from tests.factories.inventory import DeviceFactory
from tests.factories.org import PersonFactory
from tests.factories.returns import let_go

pytestmark = pytest.mark.django_db
HOUSE = system("test")
HOUR = timedelta(hours=1)


def row(serial="C02A"):
    return ListedDevice.objects.get(serial=serial)


@pytest.mark.clause("G-10")
def test_the_definition_keeps_devices_supervised_managed_and_waiting(settings):
    settings.ADE_DEPARTMENT, settings.ADE_SUPPORT_PHONE = "ITMD", "+1 555 0100"
    settings.ADE_LANGUAGE, settings.ADE_REGION = "en", "US"
    said = definition()
    assert problem_with(said) == ""
    assert said["is_supervised"] is said["is_mandatory"] is said["await_device_configured"] is True
    assert said["is_mdm_removable"] is False
    assert said["url"] == f"{settings.DEVICES_URL}/automated"
    assert said["configuration_web_url"] == f"{settings.WEB_URL}/automated/"
    assert (said["department"], said["support_phone_number"]) == ("ITMD", "+1 555 0100")
    assert "support_email_address" not in said
    settings.ADE_SIGN_IN = False
    assert "configuration_web_url" not in definition()


@needs_schema
def test_every_pane_that_is_left_out_is_one_of_apples(settings):
    known = _load(schema_folder() / "other/skipkeys.yaml")["payloadkeys"]
    assert set(settings.ADE_SKIP) <= {item["key"] for item in known}
    assert not {"Passcode", "Location", "Biometric"} & set(settings.ADE_SKIP)


def test_certificates_that_devices_are_to_trust_are_in_the_definition(settings, tmp_path):
    pem = tmp_path / "anchors.pem"
    pem.write_bytes(DeviceAuthority().pem)
    settings.ADE_ANCHORS = pem
    assert len(definition()["anchor_certs"]) == 2
    assert problem_with(definition()) == ""


@pytest.mark.clause("G-10")
def test_new_devices_get_the_profile_by_themselves(dep, read):
    dep.buy("C02A", "C02B")
    read()
    profile = AutomatedProfile.objects.get()
    assert set(dep.profiles) == {profile.external_id}
    assert [row(s).profile_id for s in ("C02A", "C02B")] == [profile.external_id] * 2
    assert dep.activate("C02A") == definition()
    dep.buy("C02C")
    dep.asked.clear()
    read(AT + HOUR)
    assert row("C02C").profile_id == profile.external_id
    assert dep.asked.count("PUT /profile/devices") == 1
    assert "POST /profile" not in dep.asked
    read(AT + 2 * HOUR)
    assert dep.asked.count("PUT /profile/devices") == 1  # nothing is assigned twice


def test_a_changed_definition_is_a_new_profile_for_every_device(dep, read, settings):
    dep.buy("C02A", "C02B")
    read()
    first = AutomatedProfile.objects.get()
    settings.ADE_DEPARTMENT = "ITMD"
    read(AT + HOUR)
    second = AutomatedProfile.objects.get(replaced_at=None)
    first.refresh_from_db()
    assert (first.replaced_at, second.external_id != first.external_id) == (AT + HOUR, True)
    assert row().profile_id == row("C02B").profile_id == second.external_id
    assert dep.activate("C02A")["department"] == "ITMD"


def test_a_device_that_somebody_gave_another_profile_gets_ours_again(dep, read):
    dep.buy("C02A")
    read()
    ours = row().profile_id
    dep.change("C02A", profile_uuid="OTHER")
    read(AT + HOUR)
    assert (row().profile_id, dep.devices["C02A"]["profile_uuid"]) == (ours, ours)


def test_each_outcome_is_kept_and_tried_again_until_it_is_of_no_use(dep, read):
    dep.buy("C02A", "C02B", "C02C")
    dep.outcomes = {"C02B": "FAILED", "C02C": "THROTTLED"}
    read()
    assert (row().outcome, row().assign_due_at) == ("", None)
    assert (row("C02B").outcome, row("C02B").profile_id) == ("FAILED", "")
    assert row("C02C").assign_due_at == AT + timedelta(seconds=900)  # as Apple asks
    dep.outcomes.pop("C02C")
    at = AT
    for _ in range(MOST_ASSIGNMENTS + 2):
        at += timedelta(hours=7)
        read(at)
    assert row("C02C").profile_id == row().profile_id
    assert (row("C02B").assign_due_at, row("C02B").assign_attempts) == (None, MOST_ASSIGNMENTS)
    dep.outcomes.clear()
    dep.asked.clear()
    read(at + HOUR)
    assert "PUT /profile/devices" not in dep.asked
    actions.assign_again(listed=[row("C02B")], actor=HOUSE, at=at + HOUR)
    read(at + HOUR)
    assert row("C02B").profile_id == row().profile_id


def test_a_device_that_left_while_it_was_assigned_is_not_accessible(dep, read, monkeypatch):
    dep.buy("C02A")
    define = dep.define

    def sold_meanwhile(content):
        dep.sell("C02A")
        return define(content)

    monkeypatch.setattr(dep, "define", sold_meanwhile)
    read()
    assert row().outcome == "NOT_ACCESSIBLE"
    read(AT + HOUR)
    assert (row().removed_at, row().assign_due_at) == (AT + HOUR, None)


def test_more_than_a_thousand_devices_are_assigned_in_batches(dep, read):
    dep.buy(*(f"C{n:05}" for n in range(2100)))
    read()
    assert dep.asked.count("PUT /profile/devices") == 3
    assert not ListedDevice.objects.filter(profile_id="").exists()


def test_what_the_city_retired_gets_no_profile(dep, read):
    device = DeviceFactory(serial="C02A", holder=None)
    let_go(device, PersonFactory(), AT)
    dep.buy("C02A")
    dep.outcomes = {"C02A": "FAILED"}
    read()
    type(device).objects.filter(id=device.id).update(status="retired")
    keep(device)
    ListedDevice.objects.update(assign_due_at=None)
    dep.outcomes.clear()
    read(AT + HOUR)
    assert row().profile_id == ""


def test_a_device_can_be_kept_out_and_brought_back(dep, read):
    dep.buy("C02A")
    read()
    actions.keep_out(listed=row(), actor=HOUSE, at=AT)
    with pytest.raises(Conflict):
        actions.keep_out(listed=row(), actor=HOUSE, at=AT)
    read(AT + HOUR)
    assert (row().profile_id, row().profile_status) == ("", "removed")
    assert dep.activate("C02A") == {}
    read(AT + 2 * HOUR)
    assert row().profile_id == ""
    actions.assign_again(listed=[row()], actor=HOUSE, at=AT + 2 * HOUR)
    read(AT + 2 * HOUR)
    assert dep.activate("C02A")["is_supervised"] is True


def test_a_profile_that_apple_refuses_is_trouble_and_assigns_nothing(dep, read, settings, token):
    dep.buy("C02A")
    settings.DEVICES_URL = "http://mdm.city.example"
    read()
    token.refresh_from_db()
    assert "CONFIG_URL_INVALID" in token.trouble
    assert (row().profile_id, AutomatedProfile.objects.count()) == ("", 0)


@pytest.mark.clause("S-1", "G-12")
def test_a_device_of_the_list_is_taken_into_stock(dep, read, cast):
    dep.buy("C02A", asset_tag="")
    dep.buy("C02T", family="AppleTV")
    read()
    device = actions.take_in(
        listed=row(), department_id=cast.water.id, actor=cast.acting(cast.ida), at=AT
    )
    assert (device.serial, device.status, device.holder) == ("C02A", "in_stock", None)
    assert (device.device_class, device.platform) == ("smartphone", "ios")
    assert row().device == device
    with pytest.raises(Conflict, match="knows C02A already"):
        actions.take_in(listed=row(), department_id=cast.water.id, actor=HOUSE, at=AT)
    with pytest.raises(Conflict, match="AppleTV"):
        actions.take_in(listed=row("C02T"), department_id=cast.water.id, actor=HOUSE, at=AT)


@pytest.mark.clause("G-12")
def test_only_itmd_reads_assigns_and_takes_in(dep, read, cast):
    dep.buy("C02A")
    read()
    for person in (cast.ana, cast.cole, cast.sue, cast.rex):
        actor = cast.acting(person)
        with pytest.raises(Refused):
            actions.read_soon(actor=actor, at=AT)
        with pytest.raises(Refused):
            actions.assign_again(listed=[row()], actor=actor, at=AT)
        with pytest.raises(Refused):
            actions.keep_out(listed=row(), actor=actor, at=AT)
        with pytest.raises(Refused):
            actions.take_in(listed=row(), department_id=cast.water.id, actor=actor, at=AT)
    assert actions.read_soon(actor=cast.acting(cast.ida), at=AT) == 1


def test_without_a_token_there_is_nothing_to_read(db):
    with pytest.raises(Conflict, match="server token"):
        actions.read_soon(actor=HOUSE, at=AT)


def test_a_profile_that_apple_lost_is_defined_anew(dep, read):
    dep.buy("C02A")
    read()
    dep.profiles.clear()
    dep.buy("C02B")
    read(AT + HOUR)
    assert row("C02B").profile_id == ""
    read(AT + 2 * HOUR)
    (name,) = dep.profiles
    assert row().profile_id == row("C02B").profile_id == name
