"""``quartermaster mdm``: invitations, the queue, posture, and the end of an enrolment."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.cli.root import app
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.mdm.actions.facts import keep_facts
from quartermaster.mdm.errors import NoConsent, NotPossible
from quartermaster.mdm.models import Command, Enrolment, Invitation, Wake
from quartermaster.mdm.posture import OS_VERSION, SOFTWARE, Fact
from quartermaster.mdm.tokens import token_hash
from tests.factories import mdm, waking

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(app, ["mdm", *(str(word) for word in words)])


@pytest.mark.clause("G-10")
def test_invite_prints_the_address_once(assigned, settings):
    settings.DEVICES_URL = "https://mdm.city.example"
    assigned()
    done = run("invite", "PH-1", "--person", "1001", "--json")
    report = json.loads(done.stdout)
    assert (report["device"], report["person"]) == ("PH-1", "1001")
    start, _, token = report["address"].rpartition("/")
    assert start == "https://mdm.city.example/enrol"
    assert bytes(Invitation.objects.get().token_hash) == token_hash(token)
    assert report["address"] not in run("invite", "PH-1").stdout


def test_invite_refuses_another_person_and_unknown_devices(assigned):
    assigned()
    wrong = run("invite", "PH-1", "--person", "1005")
    assert isinstance(wrong.exception, Conflict)
    assert str(wrong.exception) == "PH-1 is not held by 1005; nobody was invited."
    assert isinstance(run("invite", "PH-9").exception, NotFound)
    assert not Invitation.objects.exists()


@pytest.mark.clause("G-2")
def test_a_personal_device_is_invited_with_consent_only(assigned):
    assigned("BYO-1", ownership="personal")
    assert isinstance(run("invite", "BYO-1").exception, NoConsent)
    assert run("invite", "BYO-1", "--consent").exit_code == 0


def test_enrolments_are_listed(assigned, at):
    mdm.enrolled(assigned("PH-1"), at)
    mdm.pending(assigned("PH-2"), at)
    rows = json.loads(run("enrolments", "--state", "enrolled", "--json").stdout)
    assert [(row["device"], row["state"]) for row in rows] == [("PH-1", "enrolled")]
    assert "PH-2" in run("enrolments").stdout
    assert run("enrolments", "--state", "ended").stdout == "There is nothing to show.\n"


def test_refresh_queue_and_cancel(assigned, at):
    mdm.enrolled(assigned(), at)
    assert run("refresh", "PH-1").stdout == "4 commands wait for the device.\n"
    waiting = json.loads(run("queue", "PH-1", "--json").stdout)
    assert {row["queued_by"] for row in waiting} == {"command line"}
    assert run("cancel", waiting[0]["id"]).stdout == f"{waiting[0]['kind']} was withdrawn.\n"
    assert len(json.loads(run("queue", "PH-1", "--json").stdout)) == 3
    assert len(json.loads(run("queue", "PH-1", "--all", "--json").stdout)) == 4
    assert isinstance(run("cancel", waiting[0]["id"]).exception, Conflict)
    unknown = "0198aaaa-0000-7000-8000-000000000000"
    assert isinstance(run("cancel", unknown).exception, NotFound)


def test_what_needs_an_enrolment_says_so(assigned):
    assigned()
    for verb in (["refresh", "PH-1"], ["configure", "PH-1"], ["end", "PH-1", "--reason", "lost"]):
        assert str(run(*verb).exception) == "PH-1 is not enrolled; invite it first."
    assert not Command.objects.exists()


@pytest.mark.clause("G-3")
def test_posture_names_source_and_time(assigned, at):
    device = assigned()
    facts = {OS_VERSION: Fact("26.1", "DeviceInformation", at), SOFTWARE: Fact([{}], "List", at)}
    keep_facts(device.id, facts)
    rows = json.loads(run("posture", "PH-1", "--json").stdout)
    assert rows[0] == {
        "fact": OS_VERSION,
        "value": "26.1",
        "source": "DeviceInformation",
        "observed_at": at.isoformat(),
    }
    assert "1 in the list" in run("posture", "PH-1").stdout


def test_an_enrolment_is_ended_with_its_reason(assigned, at):
    mdm.enrolled(assigned(), at)
    assert run("configure", "PH-1").stdout == "0 commands wait for the device.\n"
    done = run("end", "PH-1", "--reason", "lost on the bus")
    assert done.stdout == "The enrolment of PH-1 has ended.\n"
    assert Enrolment.objects.get().end_reason == "lost on the bus"


@pytest.mark.clause("G-10")
def test_wake_asks_for_a_wake(assigned):
    listening, _ = waking.listener("com.apple.mgmt.External.1", device=assigned("PH-1"))
    assert run("wake", "PH-1").stdout == "The device is being woken.\n"
    row = Wake.objects.get()
    assert (row.enrolment_id, row.anyway) == (listening.id, True)
    assert isinstance(run("wake", "PH-9").exception, NotFound)


def test_wake_says_of_a_device_without_an_address_that_it_calls_by_itself(assigned, at):
    mdm.enrolled(assigned("PH-1"), at)
    assert isinstance(run("wake", "PH-1").exception, NotPossible)
