"""One erasure from the wish to its end, and everything that may come between."""

import plistlib
from datetime import timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.inventory import holds
from quartermaster.inventory.models import DeviceStatus
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, destruction, schedule, settling
from quartermaster.mdm.actions.checkin import Hardware
from quartermaster.mdm.actions.facts import keep_facts
from quartermaster.mdm.errors import NotPossible, OnHold
from quartermaster.mdm.models import Command, DestructiveRequest, Enrolment
from quartermaster.mdm.poll import Answered, Outcome
from quartermaster.mdm.posture import LOST_MODE, Fact
from quartermaster.mdm.rules.destruction import Kind
from quartermaster.notify.models import Message
from quartermaster.org.errors import LogInRefused, ProofNeeded, TooManyAttempts
from quartermaster.org.models import Link, RoleAssignment, User
from tests.factories import mdm
from tests.factories.destruction import approved, asked, proof, second_person

pytestmark = pytest.mark.django_db(transaction=True)
HOUSE = system("test")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def state(request):
    request.refresh_from_db()
    return request.state


def answer(enrolment, outcome, at, error=""):
    command = Command.objects.get(target__isnull=False, enrolment=enrolment)
    said = Answered(str(command.id), outcome, b"<plist/>", error)
    actions.record_answer(enrolment=enrolment, answered=said, actor=HOUSE, at=at)


def sent_to(enrolment, at):
    Command.objects.filter(enrolment=enrolment).update(state="sent", sent_at=at)


@pytest.mark.clause("G-10", "G-11")
def test_a_wipe_takes_two_people_a_wait_and_the_devices_word(fleet, ida, ben, at):
    (enrolment,) = fleet()
    request = asked([enrolment], ida, at)
    assert (state(request), Command.objects.count()) == ("requested", 0)
    assert "The City is not responsible for personal data" in request.statement
    approved(request, ben, at + MINUTE)
    assert (state(request), request.due_at) == ("waiting", at + 11 * MINUTE)
    assert destruction.release_due(at + 10 * MINUTE) == 0
    assert Command.objects.count() == 0
    assert destruction.release_due(at + 11 * MINUTE) == 1
    command = Command.objects.get()
    assert plistlib.loads(bytes(command.payload))["Command"] == {
        "RequestType": "EraseDevice",
        "PreserveDataPlan": False,
    }
    assert (state(request), command.kind) == ("released", "EraseDevice")
    answer(enrolment, Outcome.ACKNOWLEDGED, at + 12 * MINUTE)
    assert settling.settle(at + 12 * MINUTE) == 1
    assert (state(request), request.targets.get().state) == ("confirmed", "confirmed")
    assert destruction.release_due(at + 2 * HOUR) == 0
    assert settling.look_after(at + 2 * HOUR) == 1
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.end_reason) == ("ended", "the device was erased")
    tags = Entry.objects.filter(tag__startswith="mdm.destruction").order_by("seq")
    assert list(tags.values_list("tag", flat=True)) == [
        "mdm.destruction.requested",
        "mdm.destruction.approved",
        "mdm.destruction.released",
        "mdm.destruction.device-confirmed",
        "mdm.destruction.confirmed",
    ]


@pytest.mark.clause("G-10")
def test_holder_and_supervisor_are_told_before_it_goes(fleet, ida, ben, cast, at):
    request = asked(fleet(), ida, at)
    holders = Message.objects.filter(template="mdm/notices/destruction-holder")
    assert not holders.exists()
    approved(request, ben, at)
    assert set(holders.values_list("recipient", flat=True)) == {cast.ana.email, cast.sue.email}
    text = holders.get(recipient=cast.ana.email).text
    assert "The City is not responsible for personal data" in text
    assert "it can be stopped until then" in text
    staff = Message.objects.filter(template="mdm/notices/destruction")
    assert set(staff.values_list("recipient", flat=True)) == {
        cast.ida.email,
        "ben1006@city.example",
    }


@pytest.mark.clause("G-10")
def test_the_second_person_is_another_with_the_role_and_the_password_typed_now(
    fleet, ida, ben, cast, at
):
    request = asked(fleet(), ida, at)
    with pytest.raises(Refused, match="other than who asked"):
        approved(request, ida, at)
    for who in (cast.ana, cast.cole, cast.sue, cast.rex):
        with pytest.raises(Refused):
            actions.approve_destruction(
                request_id=request.id, proof=None, actor=cast.acting(who), at=at
            )
    with pytest.raises(ProofNeeded):
        actions.approve_destruction(request_id=request.id, proof=None, actor=ben, at=at)
    with pytest.raises(LogInRefused):
        proof(request, ben, at, password="wrong")
    stale = proof(request, ben, at)
    with pytest.raises(ProofNeeded, match="too long ago"):
        actions.approve_destruction(
            request_id=request.id, proof=stale, actor=ben, at=at + 6 * MINUTE
        )
    with pytest.raises(Refused):
        actions.approve_destruction(request_id=request.id, proof=None, actor=HOUSE, at=at)
    assert state(request) == "requested"


def test_guesses_at_the_password_are_counted_as_at_the_log_in(fleet, ida, ben, at):
    request = asked(fleet(), ida, at)
    for _ in range(10):
        with pytest.raises(LogInRefused):
            proof(request, ben, at, password="guess")
    with pytest.raises(TooManyAttempts):
        proof(request, ben, at)


def test_a_proof_for_one_request_is_none_for_another(fleet, ida, ben, at):
    one, other = (asked([item], ida, at) for item in fleet(2))
    with pytest.raises(ProofNeeded, match="something else"):
        actions.approve_destruction(
            request_id=other.id, proof=proof(one, ben, at), actor=ben, at=at
        )


@pytest.mark.clause("G-10")
def test_an_approver_made_yesterday_is_no_second_person(fleet, ida, ben, cast, second, at):
    request = asked(fleet(), ida, at)
    RoleAssignment.objects.filter(person=second).update(granted_at=at - DAY)
    with pytest.raises(Refused, match="long enough"):
        approved(request, ben, at)
    RoleAssignment.objects.filter(person=second).update(granted_at=at - 4 * DAY)
    Link.objects.create(
        user=second.user,
        purpose="reset",
        digest=b"d" * 32,
        made_at=at - 2 * HOUR,
        expires_at=at,
        used_at=at - HOUR,
    )
    with pytest.raises(Refused, match="set by a link"):
        approved(request, ben, at)
    Link.objects.update(used_at=at - 5 * DAY)
    approved(request, ben, at)
    assert state(request) == "waiting"


@pytest.mark.parametrize("who", ["requester", "approver"])
def test_whoever_lost_the_log_in_stands_for_nothing_any_longer(fleet, ida, ben, cast, at, who):
    request = approved(asked(fleet(), ida, at), ben, at)
    person = {"requester": cast.ida.id, "approver": ben.person_id}[who]
    User.objects.filter(person_id=person).update(is_active=False)
    destruction.release_due(at + HOUR)
    assert (state(request), Command.objects.count()) == ("stopped", 0)


@pytest.mark.clause("G-11")
def test_a_lost_device_in_lost_mode_waits_one_minute(fleet, ida, ben, at):
    (enrolment,) = fleet(status=DeviceStatus.LOST)
    keep_facts(enrolment.device_id, {LOST_MODE: Fact(True, "test", at)})
    request = approved(asked([enrolment], ida, at), ben, at)
    assert request.due_at == at + MINUTE


def test_many_devices_wait_an_hour(fleet, ida, ben, at, settings):
    request = approved(asked(fleet(6), ida, at), ben, at)
    assert request.due_at == at + HOUR


@pytest.mark.clause("G-1", "G-10")
def test_a_personal_device_is_never_erased_only_let_go(fleet, ida, ben, at):
    enrolments = fleet(ownership="personal")
    with pytest.raises(NotPossible, match="never erased"):
        asked(enrolments, ida, at)
    request = asked(enrolments, ida, at, Kind.REMOVAL)
    assert "photographs, messages and accounts stay" in request.statement
    approved(request, ben, at)
    destruction.release_due(at + HOUR)
    command = plistlib.loads(bytes(Command.objects.get().payload))["Command"]
    assert command == {"RequestType": "RemoveProfile", "Identifier": "org.quartermaster.enrolment"}
    sent_to(enrolments[0], at + HOUR)
    actions.check_out(enrolment=enrolments[0], actor=HOUSE, at=at + HOUR)
    settling.settle(at + HOUR)
    assert state(request) == "confirmed"


@pytest.mark.clause("G-10")
@pytest.mark.parametrize("when", ["waiting", "released"])
def test_stopping_withdraws_what_no_device_answered(fleet, ida, ben, cast, at, when):
    helper = cast.acting(second_person(cast, "itmd_helpdesk", "1007"))
    (enrolment,) = fleet()
    request = approved(asked([enrolment], ida, at), ben, at)
    if when == "released":
        destruction.release_due(at + HOUR)
    actions.stop_destruction(request_id=request.id, reason="found", actor=helper, at=at + HOUR)
    assert state(request) == "stopped"
    assert destruction.release_due(at + 2 * HOUR) == 0
    assert not Command.objects.exclude(state="cancelled").exists()
    assert request.targets.get().state == "withdrawn"
    with pytest.raises(Conflict):
        actions.stop_destruction(request_id=request.id, reason="found", actor=helper, at=at)


def test_stopped_too_late_is_said_so(fleet, ida, ben, at):
    (enrolment,) = fleet()
    request = approved(asked([enrolment], ida, at), ben, at)
    destruction.release_due(at + HOUR)
    sent_to(enrolment, at + HOUR)
    actions.stop_destruction(request_id=request.id, reason="found", actor=ben, at=at + HOUR)
    assert "1 had been given it before" in DestructiveRequest.objects.get().note
    assert request.targets.get().state == "unconfirmed"


@pytest.mark.clause("G-10")
def test_everything_is_stopped_in_one_act_and_the_auditors_are_told(fleet, ida, ben, cast, at):
    auditor = second_person(cast, "auditor", "1008")
    requests = [asked([item], ida, at) for item in fleet(3)]
    approved(requests[0], ben, at)
    approved(requests[1], ben, at)
    destruction.release_due(at + HOUR)
    stopped = actions.stop_everything(reason="an attack", actor=ben, at=at + HOUR)
    assert {item.id for item in stopped} == {item.id for item in requests}
    assert {state(item) for item in requests} == {"stopped"}
    assert not Command.objects.exclude(state="cancelled").exists()
    assert Entry.objects.filter(tag="mdm.destruction.everything-stopped").count() == 1
    told = Message.objects.filter(recipient=auditor.email).values_list("subject", flat=True)
    assert sorted(told) == [
        "All that acts by itself stands still",
        *(f"Stopped: erase everything (PH-000{number})" for number in range(3)),
    ]


@pytest.mark.clause("G-10")
@pytest.mark.parametrize("role", ["itmd_admin", "itmd_helpdesk", "security_approver"])
def test_every_role_of_itmd_stops_everything_pending(fleet, ida, ben, cast, at, role):
    anybody = cast.acting(second_person(cast, role, "1011"))
    (enrolment,) = fleet()
    request = approved(asked([enrolment], ida, at), ben, at)
    for person in (cast.rex, cast.ana, cast.cole, cast.sue):
        with pytest.raises(Refused):
            actions.stop_everything(reason="an attack", actor=cast.acting(person), at=at)
    actions.stop_everything(reason="an attack", actor=anybody, at=at)
    assert (state(request), destruction.release_due(at + HOUR)) == ("stopped", 0)
    assert not Command.objects.exists()


@pytest.mark.clause("G-10")
def test_a_hold_blocks_at_every_step(fleet, ida, ben, at):
    held = set()

    def check(device, _at):
        return {"test": "A legal hold is on it."} if device.id in held else {}

    holds.register(check)
    try:
        first, second = fleet(2)
        held.add(first.device_id)
        with pytest.raises(OnHold, match="lost mode on instead"):
            asked([first], ida, at)
        request = asked([second], ida, at)
        held.add(second.device_id)
        with pytest.raises(OnHold):
            approved(request, ben, at)
        held.clear()
        approved(request, ben, at)
        held.add(second.device_id)
        destruction.release_due(at + HOUR)
        assert (state(request), Command.objects.count()) == ("stopped", 0)
        assert request.targets.get().outcome == "A legal hold is on it."
    finally:
        holds.forget(check)


def test_a_hold_placed_while_it_waits_in_the_queue_withholds_it(fleet, ida, ben, at):
    approved(asked(fleet(), ida, at), ben, at)
    destruction.release_due(at + HOUR)
    command = Command.objects.get()
    assert settling.may_go(command.id, at + HOUR)

    def check(_device, _at):
        return {"test": "A legal hold is on it."}

    holds.register(check)
    try:
        assert not settling.may_go(command.id, at + HOUR)
    finally:
        holds.forget(check)
    command.refresh_from_db()
    assert command.state == "cancelled"
    settling.settle(at + HOUR)
    assert DestructiveRequest.objects.get().state == "stopped"


@pytest.mark.clause("G-10")
def test_what_no_second_person_decides_expires(fleet, ida, at):
    request = asked(fleet(), ida, at)
    assert schedule.look_at_requests(at + 23 * HOUR) == 0
    assert schedule.look_at_requests(at + DAY) == 1
    assert (state(request), request.targets.get().state) == ("expired", "withdrawn")


def test_the_second_person_refuses_with_a_reason(fleet, ida, ben, at):
    request = asked(fleet(), ida, at)
    with pytest.raises(InvalidInput):
        actions.refuse_destruction(request_id=request.id, reason="no", actor=ben, at=at)
    with pytest.raises(Refused):
        actions.refuse_destruction(
            request_id=request.id, reason="I changed my mind", actor=ida, at=at
        )
    actions.refuse_destruction(
        request_id=request.id, reason="Lock it first, please", actor=ben, at=at
    )
    assert state(request) == "refused"
    assert "Lock it first" in request.note


@pytest.mark.clause("G-10")
def test_a_wipe_does_not_follow_into_the_next_life_of_the_device(fleet, ida, ben, cast, at):
    (enrolment,) = fleet()
    request = approved(asked([enrolment], ida, at), ben, at)
    anew = mdm.pending(enrolment.device, at)
    hardware = Hardware(enrolment.external_id)
    actions.authenticate(enrolment=anew, hardware=hardware, actor=HOUSE, at=at)
    destruction.release_due(at + HOUR)
    assert (state(request), Command.objects.count()) == ("stopped", 0)


def test_a_device_that_enrols_anew_after_it_was_sent_has_an_empty_queue(fleet, ida, ben, at):
    (enrolment,) = fleet()
    request = approved(asked([enrolment], ida, at), ben, at)
    destruction.release_due(at + HOUR)
    sent_to(enrolment, at + HOUR)
    anew = mdm.pending(enrolment.device, at)
    hardware = Hardware(enrolment.external_id)
    actions.authenticate(enrolment=anew, hardware=hardware, actor=HOUSE, at=at + 2 * HOUR)
    settling.settle(at + 2 * HOUR)
    assert state(request) == "unconfirmed"
    assert "replaced by a new enrolment" in request.targets.get().outcome
    assert not Command.objects.filter(enrolment=anew).exists()


@pytest.mark.clause("G-10")
def test_silence_is_no_proof_and_people_are_reminded(fleet, ida, ben, at):
    (enrolment,) = fleet()
    Enrolment.objects.update(last_seen_at=at - DAY)
    request = approved(asked([enrolment], ida, at), ben, at)
    destruction.release_due(at + HOUR)
    sent_to(enrolment, at + HOUR)
    reminders = Message.objects.filter(key__contains="/reminder/")
    for day in (1, 2):
        schedule.look_at_requests(at + day * DAY + 2 * HOUR)
        assert reminders.count() == 2 * day
    schedule.expire(at + 15 * DAY)
    schedule.look_at_requests(at + 15 * DAY)
    assert state(request) == "unconfirmed"
    assert "did not answer. Offline since 2026-11-23" in request.targets.get().outcome


def test_a_refusing_device_is_not_confirmed(fleet, ida, ben, at):
    (enrolment,) = fleet()
    request = approved(asked([enrolment], ida, at), ben, at)
    destruction.release_due(at + HOUR)
    answer(enrolment, Outcome.FAILED, at + HOUR, "12008: no right")
    settling.settle(at + HOUR)
    assert (state(request), request.targets.get().outcome) == (
        "unconfirmed",
        "The device answered: 12008: no right",
    )


def test_a_device_that_speaks_again_was_not_erased(fleet, ida, ben, at):
    (enrolment,) = fleet()
    request = approved(asked([enrolment], ida, at), ben, at)
    destruction.release_due(at + HOUR)
    answer(enrolment, Outcome.ACKNOWLEDGED, at + HOUR)
    settling.settle(at + HOUR)
    Enrolment.objects.update(last_seen_at=at + HOUR + 4 * MINUTE)
    assert (settling.look_after(at + HOUR + 5 * MINUTE), state(request)) == (0, "confirmed")
    Enrolment.objects.update(last_seen_at=at + HOUR + 6 * MINUTE)
    settling.look_after(at + HOUR + 7 * MINUTE)
    assert (state(request), request.targets.get().state) == ("unconfirmed", "unconfirmed")


def test_a_device_waits_for_one_request_at_a_time(fleet, ida, at):
    enrolments = fleet()
    asked(enrolments, ida, at)
    with pytest.raises(Conflict, match="already"):
        asked(enrolments, ida, at)
    with pytest.raises(InvalidInput):
        asked([], ida, at)
    with pytest.raises(InvalidInput):
        asked([*fleet(), *fleet()][:1] * 2, ida, at)


def test_the_house_and_programs_without_a_person_ask_for_nothing(fleet, at):
    with pytest.raises(Refused):
        asked(fleet(), HOUSE, at)


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_only_itmd_asks(fleet, cast, at, who):
    with pytest.raises(Refused):
        asked(fleet(), cast.acting(getattr(cast, who)), at)
