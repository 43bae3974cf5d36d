"""Verbs on a device: possible or refused with a sentence, with a reason, no secret in sight."""

from datetime import timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.kernel import vault
from quartermaster.kernel.errors import InvalidInput, NotFound, Refused
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.actions.checkin import place
from quartermaster.mdm.actions.commands import open_payload
from quartermaster.mdm.actions.facts import keep_facts
from quartermaster.mdm.errors import NotPossible
from quartermaster.mdm.models import Command, EscrowedSecret
from quartermaster.mdm.poll import Answered, Outcome
from quartermaster.mdm.posture import Fact
from quartermaster.mdm.queries import secrets_visible_to
from tests.factories import mdm

pytestmark = pytest.mark.django_db(transaction=True)
HOUSE = system("test")


def do(enrolment, verb, at, *, actor=HOUSE, reason="reported lost", **said):
    return actions.perform(
        enrolment=enrolment, verb=verb, arguments=said, reason=reason, actor=actor, at=at
    )


def supervised(device, at):
    keep_facts(device.id, {"supervised": Fact(True, "test", at)})


@pytest.mark.clause("G-10", "G-11")
def test_a_phone_is_locked_with_a_reason_that_is_kept(assigned, at):
    enrolment = mdm.enrolled(assigned(), at)
    (command,) = do(enrolment, "lock", at, message="Call the help desk", phone="+1 555 0100")
    command.refresh_from_db()
    assert (command.kind, command.sealed, command.reason) == ("DeviceLock", False, "reported lost")
    assert b"Call the help desk" in bytes(command.payload)
    assert command.expires_at == at + timedelta(hours=24)
    entry = Entry.objects.get(tag="mdm.device.acted-on")
    assert (entry.data["verb"], entry.data["reason"]) == ("lock", "reported lost")


@pytest.mark.clause("G-11")
def test_only_a_supervised_device_is_located(assigned, at):
    device = assigned()
    enrolment = mdm.enrolled(device, at)
    with pytest.raises(NotPossible, match="supervised devices only"):
        do(enrolment, "locate", at)
    supervised(device, at)
    with pytest.raises(NotPossible, match="switch lost mode on first"):
        do(enrolment, "locate", at)
    keep_facts(device.id, {"lost_mode": Fact(True, "test", at)})
    (command,) = do(enrolment, "locate", at)
    assert command.kind == "DeviceLocation"


@pytest.mark.clause("G-1", "G-10")
@pytest.mark.parametrize("verb", ["lock", "locate", "clear-passcode", "lost-mode-on", "restart"])
def test_nothing_is_done_to_a_personal_device(assigned, at, verb):
    enrolment = mdm.enrolled(assigned(ownership="personal"), at)
    with pytest.raises(NotPossible, match="holder's own"):
        do(enrolment, verb, at)
    assert not Command.objects.exists()


def test_a_verb_needs_a_reason_and_what_is_said_with_it(assigned, at):
    enrolment = mdm.enrolled(assigned(), at)
    for verb, reason, said, expected in (
        ("lock", " ", {}, "Say why"),
        ("rename", "tidy", {}, "Name is missing"),
        ("rename", "tidy", {"name": "x" * 201}, "longer than 200"),
        ("lock", "lost", {"colour": "red"}, "nothing that is said"),
        ("lock", "lost", {"phone": "<script>"}, "telephone number"),
    ):
        with pytest.raises(InvalidInput, match=expected):
            do(enrolment, verb, at, reason=reason, **said)
    with pytest.raises(NotFound):
        do(enrolment, "erase", at)
    assert not Command.objects.exists()


@pytest.mark.clause("G-10")
def test_only_administrators_act_on_devices(assigned, at, cast):
    enrolment = mdm.enrolled(assigned(), at)
    for person in (cast.ana, cast.cole, cast.sue, cast.rex):
        with pytest.raises(Refused):
            do(enrolment, "lock", at, actor=cast.acting(person))
    do(enrolment, "lock", at, actor=cast.acting(cast.ida))


@pytest.mark.clause("G-10")
def test_the_unlock_token_is_sealed_in_the_queue_and_gone_once_answered(assigned, at):
    enrolment = mdm.enrolled(assigned(), at)
    enrolment.sealed_unlock_token = vault.seal(b"open", place=place(enrolment, "unlock-token"))
    enrolment.save()
    (command,) = do(enrolment, "clear-passcode", at)
    assert command.sealed
    assert b"ClearPasscode" not in bytes(command.payload)
    assert b"ClearPasscode" in open_payload(command.id, bytes(command.payload))
    said = Answered(str(command.id), Outcome.ACKNOWLEDGED, b"<plist/>")
    actions.record_answer(enrolment=enrolment, answered=said, actor=HOUSE, at=at)
    command.refresh_from_db()
    assert (bytes(command.payload), command.sealed) == (b"", False)


def test_without_an_unlock_token_no_passcode_is_cleared(assigned, at):
    enrolment = mdm.enrolled(assigned(), at)
    with pytest.raises(NotPossible, match="unlock token"):
        do(enrolment, "clear-passcode", at)


@pytest.mark.clause("G-10")
def test_a_macs_pin_is_made_kept_and_revealed_with_a_reason_only(assigned, at, cast):
    enrolment = mdm.enrolled(assigned(platform="macos", device_class="laptop"), at)
    do(enrolment, "lock", at)
    secret = EscrowedSecret.objects.get(kind="unlock-pin")
    ida = cast.acting(cast.ida)
    with pytest.raises(InvalidInput, match="why"):
        actions.reveal_secret(secret=secret, reason="", actor=ida, at=at)
    for person in (cast.ana, cast.cole, cast.sue, cast.rex):
        actor = cast.acting(person)
        assert not secrets_visible_to(actor).exists()
        with pytest.raises(Refused):
            actions.reveal_secret(secret=secret, reason="I want to know", actor=actor, at=at)
    pin = actions.reveal_secret(secret=secret, reason="The owner stands here", actor=ida, at=at)
    assert len(pin) == 6
    assert pin.isdigit()
    assert pin.encode() not in bytes(secret.sealed)
    entry = Entry.objects.get(tag="mdm.secret.revealed")
    assert entry.data["reason"] == "The owner stands here"
    assert pin not in str(Entry.objects.values_list("data", flat=True))


def test_a_new_secret_of_a_kind_leaves_the_earlier_one_in_the_history(assigned, at):
    device = assigned()
    for value in (b"one", b"two", b"two"):
        actions.keep_secret(
            device_id=device.id, kind="bypass-code", value=value, actor=HOUSE, at=at
        )
    rows = EscrowedSecret.objects.filter(device=device).order_by("kept_at", "id")
    assert [row.replaced_at for row in rows] == [at, None]
    assert actions.current_secret(device.id, "bypass-code") == b"two"
