"""What the door kept is learned from: in batches, once, and no answer holds up another."""

import plistlib
from datetime import timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.jobs import outbox
from quartermaster.mdm import actions
from quartermaster.mdm.actions import learning
from quartermaster.mdm.models import Command
from quartermaster.mdm.queries import posture_of
from tests.factories import mdm

pytestmark = pytest.mark.django_db(transaction=True)


def answered(enrolment, at, *, kind="SecurityInfo", raw=None, present=True):
    said = {"SecurityInfo": {"PasscodePresent": present}}
    return Command.objects.create(
        enrolment=enrolment,
        kind=kind,
        payload=b"",
        state="acknowledged",
        queued_at=at,
        queued_by="test",
        expires_at=at + timedelta(days=1),
        answered_at=at,
        learn_due_at=at,
        answer=plistlib.dumps(said) if raw is None else raw,
    )


@pytest.mark.clause("G-3")
def test_answers_are_learned_from_once_with_the_time_they_were_given(assigned, at):
    device = assigned()
    command = answered(mdm.enrolled(device, at), at)
    later = at + timedelta(minutes=5)
    assert actions.learn_due(later) == 1
    assert actions.learn_due(later) == 0
    fact = posture_of(device.id)["passcode.present"]
    assert (fact.value, fact.observed_at) == (True, at)
    assert Entry.objects.filter(tag="mdm.command.acknowledged", subject_id=command.id).count() == 1


def test_more_than_a_batch_is_learned_in_one_go(assigned, at, monkeypatch):
    monkeypatch.setattr(learning, "BATCH", 3)
    enrolment = mdm.enrolled(assigned(), at)
    for _ in range(7):
        answered(enrolment, at)
    assert actions.learn_due(at) == 7


def test_an_answer_that_cannot_be_read_holds_up_no_other(assigned, at):
    device = assigned()
    enrolment = mdm.enrolled(device, at)
    bad = answered(enrolment, at, raw=b"no plist")
    answered(enrolment, at)
    actions.learn_due(at)
    assert posture_of(device.id)["passcode.present"].value is True
    bad.refresh_from_db()
    assert (bad.learn_attempts, bad.learn_due_at) == (1, at + outbox.pause(1))


def test_an_answer_that_is_never_readable_is_left_with_a_note(assigned, at):
    bad = answered(mdm.enrolled(assigned(), at), at, raw=b"no plist")
    moment = at
    for _ in range(learning.MOST_ATTEMPTS):
        actions.learn_due(moment)
        moment += timedelta(hours=2)
    bad.refresh_from_db()
    assert (bad.learn_due_at, bad.error) == (None, "The answer could not be read: Malformed.")
    assert bytes(bad.answer) == b"no plist"


def test_the_outbox_takes_in_the_answers_first(assigned, at):
    device = assigned()
    answered(mdm.enrolled(device, at), at, present=False)
    outbox.deliver_due(at)
    assert posture_of(device.id)["passcode.present"].value is False
