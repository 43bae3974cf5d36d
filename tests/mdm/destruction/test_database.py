"""What the database refuses by itself, whoever writes to it."""

import plistlib
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from quartermaster.kernel import vault
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, destruction, leave, settling
from quartermaster.mdm.driver import Order, driver_named
from quartermaster.mdm.errors import NotReleased
from quartermaster.mdm.models import (
    Command,
    DestructiveApproval,
    DestructiveRequest,
    DestructiveTarget,
)
from quartermaster.mdm.queries import context_of
from quartermaster.mdm.rules.destruction import REQUEST, TARGET, Kind, RequestState, TargetState
from tests.factories import destruction as made
from tests.factories.mdm import CommandFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("G-10")]
HOUSE = system("test")
HOUR = timedelta(hours=1)


def erase(command_id=None):
    message = {"CommandUUID": str(command_id), "Command": {"RequestType": "EraseDevice"}}
    return plistlib.dumps(message)


def remove():
    command = {"RequestType": "RemoveProfile", "Identifier": "org.quartermaster.enrolment"}
    return plistlib.dumps({"CommandUUID": "x", "Command": command})


@pytest.fixture
def waiting(fleet, ida, ben, at):
    """A request that two people agreed to."""
    return made.approved(made.asked(fleet(), ida, at), ben, at)


@pytest.fixture
def released(waiting, at):
    destruction.release_due(at + HOUR)
    waiting.refresh_from_db()
    return waiting


def refused(work):
    with pytest.raises(IntegrityError), transaction.atomic():
        work()


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("EraseDevice", b"anything"),
        ("SecurityInfo", erase()),
        ("RemoveProfile", remove()),
        ("DeviceInformation", remove()),
    ],
)
def test_no_command_that_destroys_is_written_by_hand(fleet, at, kind, payload):
    (enrolment,) = fleet()
    refused(lambda: CommandFactory(enrolment=enrolment, kind=kind, payload=payload))
    harmless = CommandFactory(enrolment=enrolment)
    rows = Command.objects.filter(id=harmless.id)
    refused(lambda: rows.update(kind=kind, payload=payload))

    def by_hand():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO mdm_command (id, enrolment_id, kind, key, payload, digest, state,"
                " attempts, queued_at, queued_by, expires_at, sealed, reason, error,"
                " learn_attempts) VALUES (%s, %s, %s, '', %s, '', 'queued', 0, %s, 'me', %s,"
                " false, '', '', 0)",
                [new_id(), enrolment.id, kind, payload, at, at + HOUR],
            )

    refused(by_hand)


def test_another_profile_may_be_removed(fleet):
    (enrolment,) = fleet()
    payload = remove().replace(b"enrolment", b"passcode")
    assert CommandFactory(enrolment=enrolment, kind="RemoveProfile", payload=payload).pk


@pytest.mark.parametrize("payload", [erase(), remove()])
@pytest.mark.parametrize("kind", ["EraseDevice", "SecurityInfo"])
def test_the_queue_takes_no_order_that_destroys(fleet, ida, at, kind, payload):
    (enrolment,) = fleet()
    for actor in (HOUSE, ida):
        with pytest.raises(NotReleased):
            actions.queue_orders(
                enrolment=enrolment, orders=[Order(kind, lambda _: payload)], actor=actor, at=at
            )
    marked = Order("Anything", lambda _: b"<plist/>", destructive=True)
    with pytest.raises(NotReleased):
        actions.queue_orders(enrolment=enrolment, orders=[marked], actor=HOUSE, at=at)
    assert not Command.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "another"},
        {"kind": "removal"},
        {"arguments": {"return_to_service": "yes"}},
        {"statement": "Nothing is removed."},
        {"digest": "0" * 64},
    ],
)
def test_what_was_asked_is_never_changed(waiting, change):
    refused(lambda: DestructiveRequest.objects.update(**change))
    refused(lambda: DestructiveRequest.objects.all().delete())


def test_no_device_is_slipped_in_or_swapped(waiting, fleet):
    (other,) = fleet()
    refused(lambda: DestructiveTarget.objects.create(request=waiting, enrolment=other))
    refused(lambda: DestructiveTarget.objects.update(enrolment=other))
    refused(lambda: DestructiveTarget.objects.all().delete())


def test_nobody_approves_their_own_by_hand(fleet, ida, ben, cast, at):
    request = made.asked(fleet(), ida, at)
    given = {
        "request": request,
        "approver": cast.ida,
        "digest": request.digest,
        "proved_at": at,
        "approved_at": at,
        "sealed_proof": b"x",
    }
    refused(lambda: DestructiveApproval.objects.create(**given))
    given["approver_id"] = ben.person_id
    given.pop("approver")
    refused(lambda: DestructiveApproval.objects.create(**given | {"digest": "0" * 64}))
    late = {"approved_at": at + timedelta(minutes=6)}
    refused(lambda: DestructiveApproval.objects.create(**given | late))
    for state in ("waiting", "released", "confirmed"):
        refused(lambda state=state: DestructiveRequest.objects.update(state=state))


def test_an_approval_forged_in_the_database_is_found_out(fleet, ida, ben, at):
    """Whoever can write rows, and does not know Ben's password, gets no further than this."""
    request = made.asked(fleet(), ida, at)
    DestructiveApproval.objects.create(
        request=request,
        approver_id=ben.person_id,
        digest=request.digest,
        proved_at=at,
        approved_at=at,
        sealed_proof=vault.seal(b"proved", place="somewhere else"),
    )
    DestructiveRequest.objects.update(state="waiting", due_at=at)
    destruction.release_due(at)
    request.refresh_from_db()
    assert (request.state, Command.objects.count()) == ("stopped", 0)
    assert request.note == "It is not as two people agreed to it."


def test_a_forged_release_yields_no_leave_and_a_forged_command_is_not_sent(fleet, ida, ben, at):
    (enrolment,) = fleet()
    request = made.asked([enrolment], ida, at)
    DestructiveApproval.objects.create(
        request=request,
        approver_id=ben.person_id,
        digest=request.digest,
        proved_at=at,
        approved_at=at,
        sealed_proof=b"forged",
    )
    DestructiveRequest.objects.update(state="waiting")
    DestructiveRequest.objects.update(state="released", released_at=at, due_at=None)
    target = request.targets.get()
    DestructiveTarget.objects.update(state="released", released_at=at)
    with pytest.raises(NotReleased):
        leave.issue(target.id)
    command = CommandFactory(
        enrolment=enrolment, kind="EraseDevice", payload=erase(), target=target
    )
    assert not settling.may_go(command.id, at)
    command.refresh_from_db()
    assert command.state == "cancelled"


def test_an_approval_is_not_rewritten(waiting, cast):
    refused(lambda: DestructiveApproval.objects.update(approver=cast.rex))
    refused(lambda: DestructiveApproval.objects.all().delete())


def test_one_command_for_a_device_and_for_no_other(released, fleet):
    (other,) = fleet()
    target = released.targets.get()
    refused(
        lambda: CommandFactory(
            enrolment=target.enrolment, kind="EraseDevice", payload=erase(), target=target
        )
    )
    Command.objects.update(payload=b"")
    refused(lambda: Command.objects.update(enrolment=other))
    refused(lambda: Command.objects.update(target=None, payload=erase()))


def test_a_leave_is_spent_once_and_cannot_be_made(released):
    driver = driver_named("apple")
    target = released.targets.get()
    context = context_of(target.enrolment.device)
    given = leave.issue(target.id)
    assert driver.destroy(given, context, {}, "", released.requested_at).orders[0].destructive
    invented = leave.Leave(target.id, Kind.WIPE, b"m" * 32)
    copied = leave.Leave(given.target_id, given.kind, given.mark)
    for bad in (given, invented, copied):
        with pytest.raises(NotReleased):
            driver.destroy(bad, context, {}, "", released.requested_at)


@pytest.mark.parametrize(
    ("machine", "states", "model"),
    [(REQUEST, RequestState, "request"), (TARGET, TargetState, "target")],
)
def test_the_database_knows_the_same_moves_as_the_machine(machine, states, model):
    known = {
        (source.value, step.target.value)
        for step in machine.transitions.values()
        for source in step.sources
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT prosrc FROM pg_proc WHERE proname = 'mdm_destruction_{model}_check'"
        )
        source = cursor.fetchone()[0]
    listed = {
        (old, new)
        for old in states
        for new in states
        if f"('{old.value}', '{new.value}')" in source
    }
    assert {(old.value, new.value) for old, new in listed} == known
