"""Lost devices: where they were is seen by few, told to the holder, and deleted (ADR 10)."""

from datetime import timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.kernel.errors import Refused
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, schedule
from quartermaster.mdm.acting import locations_visible_to
from quartermaster.mdm.actions.facts import keep_facts
from quartermaster.mdm.models import Location
from quartermaster.mdm.poll import Answered, Located, Outcome
from quartermaster.mdm.posture import Fact
from quartermaster.mdm.queries import context_of
from quartermaster.notify.models import Message
from tests.factories import mdm

pytestmark = pytest.mark.django_db(transaction=True)
HOUSE = system("test")
PLACE = Located(44.51234, -88.01234, 12.0)


@pytest.fixture
def lost(assigned, at):
    device = assigned()
    keep_facts(
        device.id, {"supervised": Fact(True, "test", at), "lost_mode": Fact(True, "test", at)}
    )
    return mdm.enrolled(device, at)


def do(enrolment, verb, at, actor=HOUSE, **said):
    (command,) = actions.perform(
        enrolment=enrolment,
        verb=verb,
        arguments=said,
        reason="Reported lost at the depot",
        actor=actor,
        at=at,
    )
    return command


def acknowledged(command, at):
    said = Answered(str(command.id), Outcome.ACKNOWLEDGED, b"<plist><dict/></plist>")
    actions.record_answer(enrolment=command.enrolment, answered=said, actor=HOUSE, at=at)


def kept(enrolment, command, at):
    return actions.keep_location(
        enrolment=enrolment, command_uuid=str(command.id), located=PLACE, actor=HOUSE, at=at
    )


@pytest.mark.clause("G-10", "G-11")
def test_a_place_is_sealed_and_its_holder_is_told(lost, at, cast):
    command = do(lost, "locate", at, cast.acting(cast.ida))
    location = kept(lost, command, at)
    assert b"44.5" not in bytes(location.sealed)
    assert location.delete_at == at + timedelta(days=30)
    mail = Message.objects.get()
    assert (mail.recipient, mail.template) == ("ana@city.example", "mdm/notices/located")
    for words in ("Ida Lindqvist", "Reported lost at the depot", "PH-1"):
        assert words in mail.text
    everything = f"{list(Entry.objects.values_list('data', flat=True))}{mail.text}{mail.subject}"
    assert "44.5" not in everything
    assert kept(lost, command, at) == location
    assert (Location.objects.count(), Message.objects.count()) == (1, 1)


@pytest.mark.clause("G-11")
def test_only_those_who_look_for_devices_see_where(lost, at, cast):
    location = kept(lost, do(lost, "locate", at), at)
    for person in (cast.ana, cast.cole, cast.sue, cast.rex):
        actor = cast.acting(person)
        assert not locations_visible_to(actor).exists()
        with pytest.raises(Refused):
            actions.view_location(location=location, actor=actor, at=at)
    assert not Entry.objects.filter(tag="mdm.location.viewed").exists()
    ida = cast.acting(cast.ida)
    assert list(locations_visible_to(ida)) == [location]
    assert actions.view_location(location=location, actor=ida, at=at) == PLACE
    assert Entry.objects.get(tag="mdm.location.viewed").actor_label == ida.label


@pytest.mark.clause("G-1", "G-11")
def test_a_place_that_nobody_asked_for_is_thrown_away(lost, assigned, at):
    command = do(lost, "locate", at)
    other = mdm.enrolled(assigned("PH-2"), at)
    assert kept(other, command, at) is None
    assert (
        actions.keep_location(
            enrolment=lost, command_uuid="garbage", located=PLACE, actor=HOUSE, at=at
        )
        is None
    )
    keep_facts(lost.device_id, {"lost_mode": Fact(False, "test", at)})
    assert kept(lost, command, at) is None
    assert not Location.objects.exists()
    assert not Message.objects.exists()
    assert Entry.objects.filter(tag="mdm.location.dropped").count() == 3


@pytest.mark.clause("G-10")
def test_places_are_deleted_in_time_and_sooner_after_lost_mode_ended(lost, at, settings):
    settings.LOCATION_DAYS = 30
    kept(lost, do(lost, "locate", at), at)
    assert schedule.settle(at + timedelta(days=29)) == 0
    settings.LOCATION_DAYS = 7
    acknowledged(do(lost, "lost-mode-off", at), at)
    assert schedule.settle(at + timedelta(days=6)) == 0
    assert schedule.settle(at + timedelta(days=7)) == 1
    assert not Location.objects.exists()
    assert Entry.objects.get(tag="mdm.locations.deleted").data == {"count": 1}


@pytest.mark.clause("G-11")
def test_the_holder_is_told_when_lost_mode_begins_and_ends(assigned, at):
    device = assigned()
    keep_facts(device.id, {"supervised": Fact(True, "test", at)})
    enrolment = mdm.enrolled(device, at)
    command = do(enrolment, "lost-mode-on", at, message="Call us.")
    assert not context_of(device).lost
    assert not Message.objects.exists()
    acknowledged(command, at)
    assert context_of(device).lost
    assert Message.objects.get().subject == "Your device PH-1 is in lost mode"
    acknowledged(do(enrolment, "lost-mode-off", at), at + timedelta(seconds=1))
    assert not context_of(device).lost
    assert Message.objects.filter(subject="Lost mode of PH-1 has ended").count() == 1
    tags = list(Entry.objects.filter(tag__startswith="mdm.lost-mode").values_list("tag", flat=True))
    assert sorted(tags) == ["mdm.lost-mode.began", "mdm.lost-mode.ended"]
