"""Secrets that people have seen are replaced; those that went out with a command are confirmed."""

from datetime import timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, schedule
from quartermaster.mdm.acting import reveals_of
from quartermaster.mdm.actions.facts import keep_facts
from quartermaster.mdm.errors import NotPossible
from quartermaster.mdm.models import Command, Enrolment, EscrowedSecret
from quartermaster.mdm.poll import Answered, Outcome
from quartermaster.mdm.posture import Fact
from tests.factories import mdm

pytestmark = pytest.mark.django_db(transaction=True)
HOUSE = system("test")
HOURS = timedelta(hours=4)


@pytest.fixture
def mac(assigned, at):
    return mdm.enrolled(assigned("MB-1", platform="macos", device_class="laptop"), at)


def do(enrolment, verb, at):
    (command,) = actions.perform(
        enrolment=enrolment, verb=verb, arguments={}, reason="new Mac", actor=HOUSE, at=at
    )
    return command


def answered(command, at, outcome=Outcome.ACKNOWLEDGED):
    said = Answered(str(command.id), outcome, b"<plist><dict/></plist>")
    actions.record_answer(enrolment=command.enrolment, answered=said, actor=HOUSE, at=at)


def revealed(secret, at, cast):
    return actions.reveal_secret(
        secret=secret, reason="Recovery at the desk", actor=cast.acting(cast.ida), at=at
    )


@pytest.mark.clause("G-10")
def test_a_password_holds_when_the_mac_has_confirmed_it(mac, at):
    command = do(mac, "set-recovery-lock", at)
    secret = EscrowedSecret.objects.get()
    assert (secret.standing, secret.command_id) == ("not confirmed", command.id)
    assert actions.current_secret(mac.device_id, "recovery-lock") is None
    answered(command, at)
    first = actions.current_secret(mac.device_id, "recovery-lock")
    second = do(mac, "set-recovery-lock", at + HOURS)
    assert actions.current_secret(mac.device_id, "recovery-lock") == first
    answered(second, at + HOURS)
    assert actions.current_secret(mac.device_id, "recovery-lock") != first
    standings = [row.standing for row in EscrowedSecret.objects.order_by("kept_at")]
    assert standings == ["replaced", "current"]


@pytest.mark.clause("G-10")
def test_what_was_shown_is_replaced_some_hours_later(mac, at, cast):
    answered(do(mac, "set-recovery-lock", at), at)
    secret = EscrowedSecret.objects.get()
    shown = revealed(secret, at, cast)
    assert schedule.settle(at + HOURS - timedelta(seconds=1)) == 0
    assert schedule.settle(at + HOURS) == 1
    assert schedule.settle(at + HOURS) == 0
    command = Command.objects.get(state="queued")
    assert (command.kind, command.reason) == (
        "SetRecoveryLock", "The earlier one was shown to somebody."
    )  # fmt: skip
    answered(command, at + HOURS)
    assert actions.current_secret(mac.device_id, "recovery-lock").decode() != shown
    (reveal,) = reveals_of(mac.device_id)
    assert (reveal.revealed_by, reveal.reason) == ("Ida Lindqvist", "Recovery at the desk")


def test_what_cannot_be_replaced_is_noted(mac, at, cast):
    actions.keep_secret(
        device_id=mac.device_id, kind="recovery-lock", value=b"x", actor=HOUSE, at=at
    )
    revealed(EscrowedSecret.objects.get(), at, cast)
    Enrolment.objects.update(state="ended", ended_at=at)
    assert schedule.settle(at + HOURS) == 0
    assert not Command.objects.exists()
    assert EscrowedSecret.objects.get().rotate_at is None


def test_a_pin_that_was_shown_and_taken_opens_nothing_more(mac, at, cast):
    answered(do(mac, "lock", at), at)
    secret = EscrowedSecret.objects.get(kind="unlock-pin")
    revealed(secret, at + HOURS, cast)
    Enrolment.objects.update(last_seen_at=at)
    assert schedule.settle(at + HOURS) == 0
    Enrolment.objects.update(last_seen_at=at + 2 * HOURS)
    assert schedule.settle(at + 2 * HOURS) == 1
    secret.refresh_from_db()
    assert secret.standing == "replaced"


@pytest.mark.clause("G-10")
def test_what_only_machines_need_is_shown_to_nobody(mac, at, cast):
    actions.keep_secret(
        device_id=mac.device_id, kind="bootstrap-token", value=b"boot", actor=HOUSE, at=at
    )
    with pytest.raises(NotPossible, match="Only the device itself"):
        revealed(EscrowedSecret.objects.get(), at, cast)
    assert not Entry.objects.filter(tag="mdm.secret.revealed").exists()


@pytest.mark.clause("G-10")
def test_no_secret_is_in_the_ledger(mac, at, cast):
    answered(do(mac, "set-recovery-lock", at), at)
    shown = revealed(EscrowedSecret.objects.get(), at, cast)
    assert shown not in str(list(Entry.objects.values_list("data", flat=True)))


@pytest.mark.clause("G-10")
def test_a_supervised_device_is_asked_for_its_code_while_it_still_tells_it(assigned, at):
    enrolment = mdm.enrolled(assigned(), at)
    device_id = enrolment.device_id

    def ask(when=at):
        return actions.keep_bypass_code(device_id=device_id, actor=HOUSE, at=when)

    assert ask() == []
    keep_facts(device_id, {"supervised": Fact(True, "test", at)})
    assert ask(at + timedelta(days=16)) == []
    (command,) = ask()
    assert command.kind == "ActivationLockBypassCode"
    assert ask() == []
    Command.objects.update(state="failed", answered_at=at)
    assert ask() == []


def test_a_code_that_is_kept_is_not_asked_for(assigned, at):
    enrolment = mdm.enrolled(assigned(), at)
    keep_facts(enrolment.device_id, {"supervised": Fact(True, "test", at)})
    actions.keep_secret(
        device_id=enrolment.device_id, kind="bypass-code", value=b"A", actor=HOUSE, at=at
    )
    assert actions.keep_bypass_code(device_id=enrolment.device_id, actor=HOUSE, at=at) == []
