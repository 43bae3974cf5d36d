"""Bringing a device to what is required: the difference alone, and a refusal once."""

import pytest

from quartermaster.kernel.permits import Actor, system
from quartermaster.mdm import actions
from quartermaster.mdm.actions.commands import MOST_ORPHANS, Answered, Outcome
from quartermaster.mdm.models import Command, Orphan
from quartermaster.mdm.states import INSTALL, CommandState
from quartermaster.policy import queries as policy
from quartermaster.policy.actions.changes import apply_proposal
from quartermaster.policy.plan.proposal import read_proposal
from tests.factories import mdm

pytestmark = pytest.mark.django_db
HOUSE = system("test")


@pytest.fixture
def enrolment(assigned, at):
    return mdm.enrolled(assigned(), at)


def require(at, **settings):
    proposal = read_proposal({"city": {"city": settings}})
    apply_proposal(proposal=proposal, digest=policy.plan(proposal).digest, actor=HOUSE, at=at)


def configure(enrolment, at, **more):
    done = actions.configure_device(enrolment=enrolment, actor=HOUSE, at=at, **more)
    return [command.kind for command in done.commands if command.key.startswith(INSTALL)]


def settle(state, at):
    Command.objects.filter(key__startswith=INSTALL).update(state=state, answered_at=at)


@pytest.mark.clause("G-3", "G-10")
def test_only_the_difference_is_sent(enrolment, at):
    require(at, passcode_minimum_length=6)
    assert configure(enrolment, at) == ["InstallProfile"]
    assert configure(enrolment, at) == []
    settle(CommandState.ACKNOWLEDGED, at)
    assert configure(enrolment, at) == []
    require(at, passcode_minimum_length=8)
    assert configure(enrolment, at) == ["InstallProfile"]


def test_what_is_not_asked_any_longer_is_removed_once(enrolment, at):
    require(at, passcode_minimum_length=6)
    configure(enrolment, at)
    settle(CommandState.ACKNOWLEDGED, at)
    require(at)
    assert configure(enrolment, at) == ["RemoveProfile"]
    settle(CommandState.ACKNOWLEDGED, at)
    assert configure(enrolment, at) == []


def test_a_refusal_is_tried_again_on_a_persons_wish_alone(enrolment, at):
    require(at, passcode_minimum_length=6)
    configure(enrolment, at)
    settle(CommandState.FAILED, at)
    assert configure(enrolment, at) == []
    assert configure(enrolment, at, again=True) == ["InstallProfile"]


def test_invented_answers_are_kept_within_bounds(enrolment, at):
    for number in range(MOST_ORPHANS + 5):
        said = Answered(f"{number}", Outcome.ACKNOWLEDGED, b"<plist/>")
        actions.record_answer(enrolment=enrolment, answered=said, actor=Actor("device"), at=at)
    assert Orphan.objects.count() == MOST_ORPHANS
