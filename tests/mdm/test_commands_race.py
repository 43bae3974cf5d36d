"""Two at one moment: one retry, one wish, one outcome."""

import pytest

from quartermaster.drivers.apple.verbs import order
from quartermaster.drivers.apple.wire import commands
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.models import Command
from quartermaster.mdm.states import CommandState
from tests.factories import mdm
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
HOUSE = system("test")


@pytest.fixture
def enrolment(assigned, at):
    return mdm.enrolled(assigned(), at)


@pytest.fixture
def failed(enrolment, at):
    made = order(commands.restart_device(), "do:restart")
    (command,) = actions.queue_orders(enrolment=enrolment, orders=[made], actor=HOUSE, at=at)
    Command.objects.filter(id=command.id).update(state=CommandState.FAILED, answered_at=at)
    return Command.objects.select_related("enrolment__device").get(id=command.id)


def again(command, at):
    fresh = Command.objects.select_related("enrolment__device").get(id=command.id)
    return lambda: actions.retry_command(command=fresh, actor=HOUSE, at=at)


@pytest.mark.clause("G-10")
def test_two_people_try_again_and_one_command_goes_out(failed, at):
    outcomes = at_once(again(failed, at), again(failed, at))
    assert sum(isinstance(item, Command) for item in outcomes) == 1
    assert Command.objects.filter(retry_of=failed).count() == 1


def test_a_person_and_the_house_try_again_and_one_command_goes_out(failed, at):
    Command.objects.filter(id=failed.id).update(retry_due_at=at)
    at_once(again(failed, at), lambda: actions.retry_due_commands(actor=HOUSE, at=at))
    assert Command.objects.filter(retry_of=failed).count() == 1
    assert Command.objects.get(id=failed.id).retry_due_at is None


def test_two_cancel_and_one_does(enrolment, at):
    made = order(commands.restart_device(), "do:restart")
    (command,) = actions.queue_orders(enrolment=enrolment, orders=[made], actor=HOUSE, at=at)

    def cancel():
        row = Command.objects.select_related("enrolment__device").get(id=command.id)
        actions.cancel_command(command=row, actor=HOUSE, at=at)

    outcomes = at_once(cancel, cancel)
    assert sorted(type(item).__name__ for item in outcomes) == ["NoneType", "NotAllowed"] or (
        sum(isinstance(item, Conflict) for item in outcomes) == 1
    )


def test_one_wish_under_one_key_is_fulfilled_once(enrolment, at):
    def wish():
        return actions.perform(
            enrolment=enrolment,
            verb="lock",
            arguments={},
            reason="Lost.",
            actor=HOUSE,
            at=at,
            request_key="abc",
        )

    outcomes = at_once(wish, wish)
    assert {item.id for (item,) in outcomes} == {Command.objects.get().id}


def test_a_key_is_not_used_for_another_wish(enrolment, at):
    def wish(verb, key):
        return actions.perform(
            enrolment=enrolment,
            verb=verb,
            arguments={},
            reason="Lost.",
            actor=HOUSE,
            at=at,
            request_key=key,
        )

    first = wish("lock", "abc")
    assert wish("lock", "abc") == first
    with pytest.raises(Conflict, match="another wish"):
        wish("restart", "abc")
    assert wish("lock", "ab") != first
