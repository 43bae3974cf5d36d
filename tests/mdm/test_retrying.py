"""Refused commands: tried again where the trouble passes, once, and never for ever."""

import plistlib
from datetime import timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.drivers.apple.verbs import order
from quartermaster.drivers.apple.wire import commands
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, schedule
from quartermaster.mdm.errors import NotPossible
from quartermaster.mdm.models import Command, EscrowedSecret
from quartermaster.mdm.poll import Answered, Outcome
from quartermaster.mdm.rules.commands import (
    LONGEST_PAUSE,
    MOST_RETRIES,
    Timeline,
    is_overdue,
    pause_before,
    retry_due,
    standing,
)
from tests.factories import mdm

pytestmark = pytest.mark.django_db(transaction=True)
HOUSE = system("test")
HOUR = timedelta(hours=1)


@pytest.fixture
def enrolment(assigned, at):
    return mdm.enrolled(assigned(), at)


def queued(enrolment, at, command=None, key="do:restart", *, secret=False):
    made = order(command or commands.restart_device(), key, secret=secret)
    (row,) = actions.queue_orders(enrolment=enrolment, orders=[made], actor=HOUSE, at=at)
    return row


def refused(command, at, code=12054, domain="MCMDMErrorDomain"):
    item = {"ErrorCode": code, "ErrorDomain": domain, "USEnglishDescription": "No."}
    raw = plistlib.dumps({"Status": "Error", "ErrorChain": [item]})
    said = Answered(str(command.id), Outcome.FAILED, raw, f"No. ({domain} {code})")
    actions.record_answer(enrolment=command.enrolment, answered=said, actor=HOUSE, at=at)
    command.refresh_from_db()


@pytest.mark.clause("G-10")
def test_what_passes_is_tried_again_with_longer_and_longer_pauses(enrolment, at):
    command = queued(enrolment, at)
    for retry in range(1, MOST_RETRIES + 1):
        refused(command, at)
        assert command.retry_due_at == at + pause_before(retry)
        assert actions.retry_due_commands(actor=HOUSE, at=at) == 0
        at = command.retry_due_at
        assert schedule.settle(at) == 1
        fresh = Command.objects.get(retry_of=command)
        assert (fresh.state, fresh.retries, fresh.key) == ("queued", retry, "do:restart")
        assert plistlib.loads(bytes(fresh.payload))["CommandUUID"] == str(fresh.id)
        command.refresh_from_db()
        assert command.retry_due_at is None
        command = fresh
    refused(command, at)
    assert command.retry_due_at is None
    assert schedule.settle(at + timedelta(days=30)) == 0


@pytest.mark.parametrize(
    ("code", "domain"),
    [(12067, "MCMDMErrorDomain"), (4025, "MCInstallationErrorDomain"), (1, "OddDomain")],
)
def test_what_does_not_pass_is_never_tried_again_by_itself(enrolment, at, code, domain):
    command = queued(enrolment, at)
    refused(command, at, code, domain)
    assert command.retry_due_at is None


def test_a_person_tries_again_once(enrolment, at, cast):
    command = queued(enrolment, at)
    refused(command, at, 12021)
    ida = cast.acting(cast.ida)
    fresh = actions.retry_command(command=command, actor=ida, at=at + HOUR)
    assert (fresh.retry_of, fresh.queued_by, fresh.retries) == (command, ida.label, 0)
    assert Entry.objects.get(tag="mdm.command.retried").data["retry_of"] == str(command.id)
    with pytest.raises(NotPossible, match="newer command"):
        actions.retry_command(command=command, actor=ida, at=at + HOUR)
    actions.cancel_command(command=fresh, actor=ida, at=at + HOUR)
    with pytest.raises(Conflict, match="sent again already"):
        actions.retry_command(command=command, actor=ida, at=at + HOUR)
    again = actions.retry_command(command=fresh, actor=ida, at=at + 2 * HOUR)
    assert again.retry_of == fresh


def test_only_itmd_tries_again(enrolment, at, cast):
    command = queued(enrolment, at)
    refused(command, at)
    for person in (cast.ana, cast.cole, cast.sue, cast.rex):
        with pytest.raises(Refused):
            actions.retry_command(command=command, actor=cast.acting(person), at=at)
    assert Command.objects.count() == 1


@pytest.mark.clause("G-10")
def test_what_takes_two_people_is_not_repeated_by_one(enrolment, at):
    command = queued(enrolment, at, key="destroy")
    refused(command, at, 12010)
    assert command.retry_due_at is None
    with pytest.raises(NotPossible, match="ask for it anew"):
        actions.retry_command(command=command, actor=HOUSE, at=at)


def test_what_waits_is_not_tried_again_and_what_is_over_neither(enrolment, at):
    command = queued(enrolment, at)
    with pytest.raises(NotPossible, match="not refused"):
        actions.retry_command(command=command, actor=HOUSE, at=at)
    refused(command, at)
    actions.end_enrolment(enrolment=enrolment, reason="Sold.", actor=HOUSE, at=at)
    with pytest.raises(NotPossible, match="not enrolled"):
        actions.retry_command(command=Command.objects.get(id=command.id), actor=HOUSE, at=at)
    assert schedule.settle(at + HOUR) == 0
    assert Command.objects.count() == 1


def test_a_newer_command_for_the_same_purpose_ends_the_retries(enrolment, at):
    command = queued(enrolment, at)
    refused(command, at)
    newer = queued(enrolment, at + timedelta(minutes=1))
    assert schedule.settle(at + HOUR) == 0
    assert set(Command.objects.all()) == {command, newer}


@pytest.mark.clause("G-10")
def test_a_secret_goes_on_in_the_retry_alone(assigned, at):
    enrolment = mdm.enrolled(assigned(platform="macos", device_class="laptop"), at)
    (command,) = actions.perform(
        enrolment=enrolment,
        verb="set-recovery-lock",
        arguments={},
        reason="new Mac",
        actor=HOUSE,
        at=at,
    )
    refused(command, at, 12010)
    assert command.sealed
    schedule.settle(command.retry_due_at)
    fresh = Command.objects.get(retry_of=command)
    command.refresh_from_db()
    assert (bytes(command.payload), command.sealed, fresh.sealed) == (b"", False, True)
    secret = EscrowedSecret.objects.get()
    assert (secret.command, secret.standing) == (fresh, "not confirmed")
    refused(fresh, at, 12021)
    secret.refresh_from_db()
    fresh.refresh_from_db()
    assert (secret.standing, bytes(fresh.payload)) == ("replaced", b"")


@pytest.mark.parametrize("retries", range(8))
def test_pauses_grow_to_half_a_day(retries):
    assert pause_before(retries) <= pause_before(retries + 1) <= LONGEST_PAUSE


def test_the_rule_of_retries(at):
    asked = {"key": "do:x", "retries": 0, "temporary": True, "at": at}
    assert retry_due(**asked) == at + timedelta(minutes=15)
    assert retry_due(**{**asked, "temporary": False}) is None
    assert retry_due(**{**asked, "retries": MOST_RETRIES}) is None
    assert retry_due(**{**asked, "key": "destroy:x"}) is None


def test_where_a_command_stands_in_words(at):
    day = timedelta(days=1)
    before = at - 2 * day
    cases = [
        (Timeline("deferred", before, before, before), "Waiting until the device is unlocked"),
        (Timeline("queued", at), ""),
        (Timeline("queued", before), "The device was not seen since this was queued"),
        (
            Timeline("queued", before, seen_at=at),
            "The device was seen since, but has not taken it",
        ),
        (
            Timeline("sent", before, before, seen_at=at),
            "The device took it and was seen since, but has not answered",
        ),
        (
            Timeline("sent", before, before, seen_at=before),
            "The device took it and was not seen since",
        ),
        (Timeline("acknowledged", before, before), ""),
    ]
    for known, words in cases:
        assert standing(known, at, day) == words
    assert not is_overdue(Timeline("sent", before, at), at, day)
