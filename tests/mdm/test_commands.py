"""The queue: what is sent once, answered once, and given up on."""

from datetime import timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.kernel.permits import Actor, system
from quartermaster.mdm import actions
from quartermaster.mdm.actions.commands import COMMAND_LIFE, Answered, Outcome
from quartermaster.mdm.actions.facts import keep_facts
from quartermaster.mdm.models import Command, Orphan
from quartermaster.mdm.posture import OS_VERSION, Fact
from quartermaster.mdm.queries import posture_of
from quartermaster.mdm.states import CommandState
from tests.factories import mdm

pytestmark = pytest.mark.django_db
HOUSE = system("test")
DEVICE = Actor(label="device PH-1")


@pytest.fixture
def enrolment(assigned, at):
    return mdm.enrolled(assigned(), at)


def queued(enrolment, at, *orders):
    return actions.queue_orders(enrolment=enrolment, orders=orders, actor=HOUSE, at=at)


def answered(enrolment, at, command, outcome=Outcome.ACKNOWLEDGED, raw=b"<plist/>", error=""):
    said = Answered(str(command.id), outcome, raw, error)
    return actions.record_answer(enrolment=enrolment, answered=said, actor=DEVICE, at=at)


def sent(command):
    Command.objects.filter(id=command.id).update(state=CommandState.SENT)
    return command


def test_a_newer_command_of_the_same_purpose_replaces_the_waiting_one(enrolment, at):
    (old,) = queued(enrolment, at, mdm.order(key="ask:SecurityInfo"))
    (new,) = queued(enrolment, at, mdm.order(key="ask:SecurityInfo"))
    old.refresh_from_db()
    assert (old.state, old.error) == ("cancelled", "Replaced by a newer command.")
    assert new.state == "queued"


def test_nothing_is_queued_for_a_device_that_is_not_enrolled(assigned, at):
    with pytest.raises(Conflict, match="not enrolled"):
        queued(mdm.pending(assigned(), at), at, mdm.order())
    assert not Command.objects.exists()


@pytest.mark.clause("G-10")
def test_an_answer_counts_once(enrolment, at):
    (command,) = queued(enrolment, at, mdm.order())
    sent(command)
    answered(enrolment, at, command, Outcome.FAILED, error="No.")
    answered(enrolment, at + timedelta(minutes=1), command)
    command.refresh_from_db()
    assert (command.state, command.error, command.answered_at) == ("failed", "No.", at)
    assert Entry.objects.filter(tag="mdm.command.failed").count() == 1


def test_not_now_leaves_the_command_open_and_unanswered(enrolment, at):
    (command,) = queued(enrolment, at, mdm.order())
    answered(enrolment, at, sent(command), Outcome.NOT_NOW)
    command.refresh_from_db()
    assert (command.state, command.answered_at) == ("deferred", None)


@pytest.mark.parametrize("uuid", ["garbage", "0198aaaa-0000-7000-8000-000000000000", "x" * 500])
def test_an_answer_to_nothing_is_kept_as_an_orphan(enrolment, at, uuid):
    said = Answered(uuid, Outcome.ACKNOWLEDGED, b"<plist/>")
    assert actions.record_answer(enrolment=enrolment, answered=said, actor=DEVICE, at=at) is None
    assert Orphan.objects.get().command_uuid == uuid[:100]


@pytest.mark.clause("G-10")
def test_a_device_answers_its_own_commands_alone(enrolment, assigned, at):
    other = mdm.enrolled(assigned("PH-2"), at)
    (command,) = queued(enrolment, at, mdm.order())
    assert answered(other, at, sent(command)) is None
    command.refresh_from_db()
    assert command.state == "sent"
    assert Orphan.objects.get().enrolment == other


@pytest.mark.parametrize("verb", ["cancel", "expire"])
def test_an_answer_after_we_gave_up_is_kept_as_evidence(enrolment, at, verb):
    (command,) = queued(enrolment, at, mdm.order("RestartDevice"))
    sent(command)
    if verb == "cancel":
        actions.cancel_command(command=command, actor=HOUSE, at=at)
    else:
        actions.expire_commands(actor=HOUSE, at=at + COMMAND_LIFE)
    answered(enrolment, at + COMMAND_LIFE, command, raw=b"I did it")
    command.refresh_from_db()
    assert command.state == ("cancelled" if verb == "cancel" else "expired")
    assert bytes(Orphan.objects.get(command_uuid=str(command.id)).answer) == b"I did it"


def test_what_nobody_took_expires(enrolment, at):
    (command,) = queued(enrolment, at, mdm.order())
    assert actions.expire_commands(actor=HOUSE, at=at + COMMAND_LIFE - timedelta(seconds=1)) == 0
    assert actions.expire_commands(actor=HOUSE, at=at + COMMAND_LIFE) == 1
    command.refresh_from_db()
    assert (command.state, command.error) == ("expired", "The device did not take it in time.")


def test_an_answered_command_cannot_be_cancelled(enrolment, at):
    (command,) = queued(enrolment, at, mdm.order())
    answered(enrolment, at, sent(command), Outcome.FAILED, error="No.")
    with pytest.raises(Conflict, match="“cancel” is not possible while this command is failed"):
        actions.cancel_command(command=command, actor=HOUSE, at=at)


def test_only_itmd_sends_and_cancels(cast, enrolment, at):
    (command,) = queued(enrolment, at, mdm.order())
    for person in (cast.ana, cast.cole, cast.sue, cast.rex):
        actor = cast.acting(person)
        with pytest.raises(Refused):
            actions.queue_orders(enrolment=enrolment, orders=[mdm.order()], actor=actor, at=at)
        with pytest.raises(Refused):
            actions.cancel_command(command=command, actor=actor, at=at)
        with pytest.raises(Refused):
            actions.end_enrolment(enrolment=enrolment, reason="x", actor=actor, at=at)
    actions.cancel_command(command=command, actor=cast.acting(cast.ida), at=at)
    command.refresh_from_db()
    assert command.state == "cancelled"


def test_an_answer_kept_late_never_replaces_a_newer_fact(enrolment, at):
    keep_facts(enrolment.device_id, {OS_VERSION: Fact("26.1", "DeviceInformation", at)})
    earlier = at - timedelta(hours=1)
    keep_facts(enrolment.device_id, {OS_VERSION: Fact("18.0", "DeviceInformation", earlier)})
    assert posture_of(enrolment.device_id)[OS_VERSION].value == "26.1"
