"""From wanted to there, and away again: each step once, and every trouble seen."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from quartermaster.audit.models import Entry
from quartermaster.compliance.queries import results_for
from quartermaster.inventory.events import DeviceAssigned, DeviceChanged
from quartermaster.mdm import actions as mdm_actions
from quartermaster.mdm.actions import software as actions
from quartermaster.mdm.actions.software import settle, settle_due
from quartermaster.mdm.models import Command, DeviceSoftware, Licence
from quartermaster.mdm.software_handlers import (
    deliver_to_the_new_holder,
    deliver_to_the_new_place,
)
from tests.factories import mdm
from tests.factories.custody import keep
from tests.factories.mdm import FactFactory
from tests.factories.software import (
    HOUSE,
    AssignmentFactory,
    PoolFactory,
    package,
    packaged,
)
from tests.mdm.software.test_assign import require

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours(cast):
    made = packaged(identifier="com.city.inspect")
    package(made, b"first", "1.0")
    AssignmentFactory(software=made, department=cast.water)
    return made


@pytest.fixture
def licensed(cast):
    made = AssignmentFactory(
        software__identifier="com.shop.notes", software__store_id="42", department=cast.water
    ).software
    PoolFactory(store_id="42", latest_external=7)
    return made


def grant():
    Licence.objects.update(state="held")


@pytest.mark.clause("G-4", "G-10")
def test_a_package_is_sent_installed_and_seen_to_be_there(play, ours):
    assert play.settle() == ["InstallApplication"]
    asked = play.asked()
    assert asked["ManagementFlags"] == 5
    assert "/software/manifest/" in asked["ManifestURL"]
    assert play.row().state == "sent"
    assert play.settle() == []  # nothing twice
    play.answer(Identifier="com.city.inspect", State="Installing")
    assert play.row().state == "installing"
    assert play.later(minutes=6).settle() == ["ManagedApplicationList"]
    play.list(com__city__inspect="Managed")
    row = play.row()
    assert (row.state, row.installed_at, row.reason) == ("installed", play.at, "")
    assert row.package.version == "1.0"


@pytest.mark.clause("G-4")
def test_a_newer_version_follows(play, ours):
    play.settle()
    play.answer(State="Managed")
    assert play.row().state == "installed"
    package(ours, b"second", "2.0")
    play.tell()
    assert (play.row().state, play.row().package.version) == ("sent", "2.0")
    play.answer(State="Managed")
    assert play.row().state == "installed"
    assert play.settle() == []


def test_settings_with_secrets_are_sealed_while_they_wait(play, ours):
    details = actions.Details(
        title=ours.title,
        identifier=ours.identifier,
        platforms=tuple(ours.platforms),
        source=ours.source,
        configuration={"server": "a", "port": 1},
        secrets={"token": "hush"},
    )
    actions.change_software(software=ours, details=details, actor=HOUSE, at=play.at)
    play.settle()
    command = play.waiting()
    assert (command.sealed, b"hush" in bytes(command.payload)) == (True, False)
    assert play.asked()["Configuration"] == {"server": "a", "port": 1, "token": "hush"}


def test_an_application_without_a_package_waits_and_says_why(play, cast):
    AssignmentFactory(software=packaged(), department=cast.water)
    assert play.settle() == []
    assert (play.row().state, play.row().reason) == (
        "wanted",
        "There is no package for this system yet that two people stand for.",
    )
    package(play.row().software)
    play.tell()
    assert play.row().state == "sent"


@pytest.mark.clause("G-4")
def test_an_application_of_the_store_waits_for_its_licence(play, licensed):
    assert play.settle() == []
    licence = Licence.objects.get()
    assert (licence.serial, licence.state) == ("F2LX0000ABCD", "wanted")
    assert (play.row().state, play.row().reason) == ("wanted", "Waiting for a licence.")
    grant()
    assert play.later(minutes=16).settle() == ["InstallApplication"]
    asked = play.asked()
    assert (asked["iTunesStoreID"], asked["Options"]) == (42, {"PurchaseMethod": 1})
    states = Entry.objects.filter(tag__startswith="mdm.software.").values_list("tag", flat=True)
    assert list(states.order_by("seq"))[-2:] == [
        "mdm.software.licensed",
        "mdm.software.sent",
    ]


def test_a_store_application_is_updated_once_for_each_version(play, licensed):
    play.settle()
    grant()
    play.later(minutes=16).settle()
    play.answer(State="Managed")
    managed = {"Status": "Managed", "ExternalVersionIdentifier": 6}
    assert play.later(days=1, minutes=1).settle() == ["ManagedApplicationList"]
    play.list(com__shop__notes=managed)
    assert play.settle() == []  # the version known was sent just now
    PoolFactory._meta.model.objects.update(latest_external=8)
    assert play.settle() == ["InstallApplication"]
    play.answer(State="Updating")
    play.later(minutes=30).settle()
    play.list(com__shop__notes={**managed, "ExternalVersionIdentifier": 8})
    assert (play.row().state, play.row().external_version) == ("installed", 8)
    assert play.settle() == []


def test_without_a_pool_or_a_serial_number_it_says_so(play, cast, assigned, at):
    AssignmentFactory(department=cast.water)
    play.settle()
    assert play.row().reason.startswith("No licence is known")
    PoolFactory(store_id=play.row().software.store_id)
    nameless = mdm.enrolled(assigned("PH-9"), at)
    settle(enrolment=nameless, at=at)
    row = DeviceSoftware.objects.get(enrolment=nameless)
    assert row.reason.startswith("The serial number of the device is not known")


def test_a_licence_for_people_only_is_given_to_no_device(play, licensed):
    PoolFactory._meta.model.objects.update(device_assignable=False)
    play.settle()
    assert play.row().reason.startswith("The maker gives licences of this to people only")
    assert not Licence.objects.exists()


def test_an_application_that_needs_no_licence_is_asked_for_by_the_holders_account(play, cast):
    AssignmentFactory(software__store_id="77", software__licensed=False, department=cast.water)
    play.settle()
    assert play.asked()["Options"] == {"PurchaseMethod": 0}
    assert not Licence.objects.exists()


@pytest.mark.clause("G-4", "G-10")
def test_what_nothing_asks_for_any_longer_is_removed(play, ours):
    play.settle()
    play.answer(State="Managed")
    actions.retire_software(software=ours, reason="Replaced", actor=HOUSE, at=play.at)
    play.tell()
    assert play.row().state == "removing"
    assert play.asked("RemoveApplication")["Identifier"] == "com.city.inspect"
    play.answer("RemoveApplication")
    assert (play.row().state, play.row().reason) == ("removed", "It was taken off the device.")


def test_what_was_never_sent_is_dropped_without_a_word_to_the_device(play, licensed):
    play.settle()
    actions.retire_software(software=licensed, reason="Replaced", actor=HOUSE, at=play.at)
    play.tell()
    assert play.row().state == "removed"
    assert not Command.objects.exists()


def test_a_removal_that_the_device_refuses_is_tried_again_and_then_left(play, ours):
    play.settle()
    play.answer(State="Managed")
    actions.retire_software(software=ours, reason="Replaced", actor=HOUSE, at=play.at)
    play.tell()
    for _ in range(8):
        play.answer("RemoveApplication", status="Error", error="Not now.")
        if play.row().state == "removed":
            break
        play.later(days=2).settle()
    assert (play.row().state, play.row().reason) == ("removed", "Not now.")


def test_what_is_wanted_again_comes_again(play, ours, cast):
    play.settle()
    play.answer(State="Managed")
    (assignment,) = ours.assignments.all()
    actions.end_assignment(assignment=assignment, actor=HOUSE, at=play.at)
    play.tell()
    assert play.row().state == "removing"
    AssignmentFactory(software=ours, department=cast.water)
    assert play.settle() == ["InstallApplication"]  # and the removal is withdrawn
    assert Command.objects.get(kind="RemoveApplication").state == "cancelled"
    play.answer(State="Managed")
    assert play.row().state == "installed"


def test_a_command_that_was_given_up_is_sent_again(play, ours):
    play.settle()
    mdm_actions.cancel_command(command=play.waiting(), actor=HOUSE, at=play.at)
    assert play.settle() == ["InstallApplication"]
    assert play.row().state == "sent"


@pytest.mark.clause("G-10")
def test_leaving_management_ends_everything_and_coming_back_begins_anew(play, ours):
    play.settle()
    play.answer(State="Managed")
    mdm_actions.check_out(enrolment=play.enrolment, actor=HOUSE, at=play.at)
    play.tell()
    row = play.row()
    assert (row.state, row.reason) == ("removed", "The device left management.")
    assert play.settle() == []


def test_a_device_that_enrols_anew_gets_everything_again(play, ours):
    play.settle()
    play.answer(State="Managed")
    actions.start_over(enrolment=play.enrolment, at=play.at)
    assert (play.row().state, play.row().package) == ("wanted", None)
    assert play.settle() == ["InstallApplication"]


def test_only_what_is_due_is_looked_at(play, ours):
    assert settle_due(play.at) == 0
    play.settle()
    assert settle_due(play.at) == 0
    play.answer(State="Installing")
    assert settle_due(play.at + timedelta(minutes=6)) == 1
    assert settle_due(play.at + timedelta(minutes=6)) == 0
    assert play.waiting("ManagedApplicationList").state == "queued"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_once(play, ours):
    barrier = threading.Barrier(2)

    def work():
        barrier.wait(10)
        try:
            settle(enrolment=play.enrolment, at=play.at)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert Command.objects.filter(kind="InstallApplication").count() == 1
    assert play.row().state == "sent"


@pytest.mark.clause("G-4", "C-1")
def test_nobody_is_told_of_missing_software_that_the_house_still_owes(play, cast, licensed):
    require(play.at, "com.shop.notes")
    FactFactory(device=play.enrolment.device, key="software.installed", value=[])
    play.settle()

    def outcome():
        found = results_for(play.enrolment.device, play.at)
        return next(item.state.value for item in found if item.check == "required_software")

    assert outcome() == "pending"
    grant()
    play.later(minutes=16).settle()
    play.answer(State="Prompting")  # now it waits for its holder
    assert outcome() == "fail"


@pytest.mark.clause("G-4")
def test_a_device_that_moves_gets_what_its_new_department_has(play, ours, cast):
    play.settle()
    play.answer(State="Managed")
    device = play.enrolment.device
    device.department = cast.library
    device.save()
    keep(device)
    deliver_to_the_new_place(DeviceChanged(device_id=device.id), play.at)
    assert play.row().state == "removing"
    other = AssignmentFactory(software=packaged(), department=cast.library).software
    package(other)
    deliver_to_the_new_holder(DeviceAssigned(device_id=device.id, holder_id=None), play.at)
    assert play.row(other).state == "sent"
