"""Asking for the maker's word: seldom, spread, and only where there is one."""

from datetime import timedelta

import pytest

from quartermaster.drivers.apple.wire import plist
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Refused
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, schedule
from quartermaster.mdm.actions.attesting import ATTEST_EVERY
from quartermaster.mdm.models import Command, Enrolment, StoredFact
from quartermaster.mdm.poll import Answered, Outcome
from quartermaster.mdm.queries import posture_of
from quartermaster.simulators.apple import iphone
from quartermaster.simulators.apple.answers import answer
from quartermaster.simulators.apple.vouching import Enclave
from quartermaster.simulators.clock import now
from tests.factories import mdm

pytestmark = pytest.mark.django_db
SERIAL = "F2LX0000ABCD"


@pytest.fixture
def phone(assigned, at, hardware_keys):
    device = assigned(serial=SERIAL)
    for key, value in (("os.version", "18.1"), ("device.product", "iPhone17,3")):
        StoredFact.objects.create(
            device=device, key=key, value=value, source="test", observed_at=at
        )
    return mdm.enrolled(device, at, "UDID-1")


@pytest.mark.clause("G-3")
def test_a_device_is_asked_about_once_in_seven_days(phone, at):
    assert [schedule.attest(at), schedule.attest(at)] == [1, 0]
    assert schedule.attest(at + timedelta(days=7)) == 0
    assert schedule.attest(at + ATTEST_EVERY) == 1
    codes = {
        plist.loads(bytes(item.payload))["Command"]["DeviceAttestationNonce"]
        for item in Command.objects.all()
    }
    assert len(codes) == 2


def test_who_cannot_give_it_is_not_asked_and_looked_at_again_later(assigned, at, hardware_keys):
    mdm.enrolled(assigned("BYO-1", ownership="personal"), at, "UDID-2")
    assert schedule.attest(at) == 0
    assert not Command.objects.exists()
    assert Enrolment.objects.get().attest_due_at == at + ATTEST_EVERY


def test_without_roots_nobody_is_asked(phone, settings, at):
    settings.APPLE_ATTESTATION_ROOTS = ""
    assert schedule.attest(at) == 0


def test_a_tick_is_bounded(assigned, at, hardware_keys):
    for n in range(3):
        mdm.enrolled(assigned(f"PH-{n}"), at, f"UDID-{n}")
    done = [actions.attest_due(actor=system("test"), at=at, limit=2) for _ in range(3)]
    assert done == [2, 1, 0]


def test_people_do_not_ask_by_the_clock(cast, phone, at):
    with pytest.raises(Refused):
        actions.attest_due(actor=cast.acting(cast.rex), at=at)


def told(enrolment, state, at):
    command = Command.objects.get(state="queued")
    said = answer(state, plist.loads(bytes(command.payload))["Command"])
    raw = plist.dumps({"UDID": "UDID-1", "CommandUUID": str(command.id), **said})
    answered = Answered(str(command.id), Outcome.ACKNOWLEDGED, raw)
    actions.record_answer(enrolment=enrolment, answered=answered, actor=system("test"), at=at)
    return {key: fact.value for key, fact in posture_of(enrolment.device_id).items()}


@pytest.mark.clause("G-3")
def test_the_answer_is_learned_from_with_what_the_inventory_knows(phone, vouching):
    at = now()
    schedule.attest(at)
    state = iphone(serial=SERIAL, udid="UDID-1", enclave=Enclave(vouching))
    known = told(phone, state, at)
    assert (known["attestation.good"], known["compromised"]) == (True, False)
    assert known["attestation.serial"] == known["device.serial"] == SERIAL


@pytest.mark.clause("G-3")
def test_another_devices_word_is_a_sign_of_a_compromised_one(phone, vouching):
    at = now()
    schedule.attest(at)
    impostor = iphone(serial="OTHER0000000", udid="UDID-1", enclave=Enclave(vouching))
    known = told(phone, impostor, at)
    assert (known["attestation.good"], known["compromised"]) == (False, True)
    outbox.deliver_due(at)
