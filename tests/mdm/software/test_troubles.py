"""Nothing is installed twice, nothing holds up the rest, and nobody's own is touched."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions as mdm_actions
from quartermaster.mdm.actions import software as actions
from quartermaster.mdm.actions.retrying import retry_command, why_not_again
from quartermaster.mdm.actions.software import settle, settle_due
from quartermaster.mdm.actions.software_arrivals import with_managed
from quartermaster.mdm.errors import NotPossible
from quartermaster.mdm.models import Command, DeviceSoftware
from quartermaster.mdm.posture import SOFTWARE, Fact
from tests.factories import mdm
from tests.factories.inventory import PersonalDeviceFactory
from tests.factories.software import (
    AssignmentFactory,
    DeviceSoftwareFactory,
    SoftwareFactory,
    package,
    packaged,
)
from tests.mdm.software.conftest import Play

pytestmark = pytest.mark.django_db
HOUSE = system("test")
INSTALL = "InstallApplication"


@pytest.fixture
def ours(cast):
    made = packaged(identifier="com.city.inspect")
    package(made, b"first", "1.0")
    AssignmentFactory(software=made, department=cast.water)
    return made


def installs():
    return Command.objects.filter(kind=INSTALL)


@pytest.mark.clause("G-4", "G-10")
def test_a_failed_installation_is_repeated_by_its_row_alone(play, ours):
    """Were its command sent again as well, the device would install twice."""
    play.settle()
    play.answer(status="Error", error="The network connection was lost.")
    failed = installs().get()
    assert (failed.state, failed.retry_due_at) == ("failed", None)
    assert why_not_again(failed) == "This is not sent again as it is; ask for it anew."
    with pytest.raises(NotPossible):
        retry_command(command=failed, actor=HOUSE, at=play.at)
    play.later(hours=1)
    assert mdm_actions.retry_due_commands(actor=HOUSE, at=play.at) == 0
    assert play.settle() == [INSTALL]
    assert installs().filter(state="queued").count() == 1
    actions.settle_due(play.at)
    assert installs().count() == 2


@pytest.mark.clause("G-4")
def test_a_person_who_tries_again_twice_has_it_sent_once(play, ours):
    play.settle()
    play.answer(status="Error", error="No space.")
    row = play.row()
    actions.try_again(row=row, actor=HOUSE, at=play.at)
    with pytest.raises(Conflict):
        actions.try_again(row=row, actor=HOUSE, at=play.at)
    play.tell()
    play.settle()
    assert installs().filter(state="queued").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("G-4")
def test_of_two_wishes_at_once_one_is_granted(cast, assigned, at):
    device = assigned()
    enrolment = mdm.enrolled(device, at)
    offer = packaged(identifier="com.city.inspect")
    package(offer, b"first", "1.0")
    AssignmentFactory(software=offer, department=cast.water, purpose="offered")
    barrier, outcomes = threading.Barrier(2), []

    def wish():
        barrier.wait(10)
        try:
            actions.wish_for(software=offer, device=device, actor=HOUSE, at=at)
            settle(enrolment=enrolment, at=at)
            outcomes.append("granted")
        except Conflict:
            outcomes.append("refused")
        finally:
            connection.close()

    workers = [threading.Thread(target=wish) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(outcomes) == ["granted", "refused"]
    assert installs().count() == 1


def test_a_wish_is_granted_again_after_it_was_taken_away(cast, enrolment, at):
    offer = AssignmentFactory(department=cast.water, purpose="offered").software
    device = enrolment.device
    made = actions.wish_for(software=offer, device=device, actor=HOUSE, at=at)
    DeviceSoftware.objects.filter(id=made.id).update(state="removed", wished_at=None)
    row = actions.wish_for(software=offer, device=device, actor=HOUSE, at=at)
    assert (row.id, row.state, row.wished_at) == (made.id, "wanted", at)


def test_devices_that_are_off_do_not_keep_others_waiting(play, ours):
    """A removal that waits for its device is looked at again later, not at every tick."""
    play.settle()
    play.answer(State="Managed")
    ours.assignments.get().delete()
    play.settle()
    assert play.row().state == "removing"
    play.later(hours=7)
    assert settle_due(play.at) == 1
    assert play.row().due_at == play.at + timedelta(hours=6)
    assert settle_due(play.at) == 0
    assert Command.objects.filter(kind="RemoveApplication").count() == 1


def test_one_device_in_trouble_does_not_stop_the_others(play, ours, assigned):
    """An identifier of before, which the driver would not take to-day, cannot be withdrawn."""
    other = mdm.enrolled(assigned("PH-9", serial="OTHER"), play.at)
    settle(enrolment=other, at=play.at)
    odd = DeviceSoftwareFactory(
        enrolment=play.enrolment,
        software=SoftwareFactory(identifier="a b"),
        state="installed",
        installed_at=play.at,
        due_at=play.at,
    )
    DeviceSoftware.objects.filter(enrolment=other).update(
        state="wanted", command=None, due_at=play.at
    )
    assert settle_due(play.at) == 2
    assert DeviceSoftware.objects.get(enrolment=other).state == "sent"
    odd.refresh_from_db()
    assert (odd.state, odd.due_at) == ("installed", play.at + timedelta(minutes=15))


@pytest.mark.clause("G-4")
def test_an_update_under_way_does_not_make_it_somebody_elses(play, ours):
    play.settle()
    play.answer(State="Managed")
    package(ours, b"second", "2.0")
    play.tell()
    assert play.row().state == "sent"
    listed = [{"identifier": "com.city.inspect", "name": "Inspections", "version": "1.0"}]
    facts = {SOFTWARE: Fact(listed, "InstalledApplicationList", play.at)}
    marked = with_managed(play.enrolment.device_id, facts)[SOFTWARE].value
    assert [item["managed"] for item in marked] == [True]


@pytest.mark.clause("G-1")
def test_what_was_its_holders_own_is_never_taken_off_a_personal_device(cast, at):
    device = PersonalDeviceFactory(platform="ios", department=cast.water, holder=cast.ana)
    play = Play(mdm.enrolled(device, at, way="user"), at)
    made = packaged(identifier="com.city.inspect")
    package(made, b"first", "1.0")
    assignment = AssignmentFactory(software=made, department=cast.water)
    play.settle()
    play.answer(status="Error", error="x", RejectionReason="AppAlreadyInstalled")
    assert play.row().state == "declined"
    actions.end_assignment(assignment=assignment, actor=HOUSE, at=at)
    play.tell()
    play.settle()
    assert play.row().state == "removed"
    assert not Command.objects.filter(kind="RemoveApplication").exists()
