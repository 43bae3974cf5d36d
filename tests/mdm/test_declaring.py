"""From profiles to declarations and back: never a moment without, and nothing of a report lost."""

import json
from datetime import timedelta

import pytest

from quartermaster.jobs import outbox
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, posture, queries
from quartermaster.mdm.actions.reports import MOST_ATTEMPTS
from quartermaster.mdm.known import managed_now
from quartermaster.mdm.models import Announcement, Command, DeclaredState, StatusReport
from quartermaster.mdm.posture import Fact
from quartermaster.mdm.states import INSTALL, CommandState
from quartermaster.policy import queries as policy
from quartermaster.policy.actions.changes import apply_proposal
from quartermaster.policy.plan.proposal import read_proposal
from tests.factories import mdm

pytestmark = pytest.mark.django_db
HOUSE = system("test")
PROFILE = "org.quartermaster.policy.passcode"
DECLARATIONS = "org.quartermaster.declarations"
PASSCODE = "org.quartermaster.passcode"


def require(at, **settings):
    proposal = read_proposal({"city": {"city": settings}})
    apply_proposal(proposal=proposal, digest=policy.plan(proposal).digest, actor=HOUSE, at=at)


@pytest.fixture
def enrolment(assigned, at):
    require(at, passcode_minimum_length=6)
    return mdm.enrolled(assigned(), at)


def system_is(enrolment, version, at):
    fact = Fact(version, "DeviceInformation", at)
    return actions.keep_facts(enrolment.device_id, {posture.OS_VERSION: fact})


def configure(enrolment, at, **more):
    done = actions.configure_device(enrolment=enrolment, actor=HOUSE, at=at, **more)
    return [
        (command.kind, command.key.removeprefix(INSTALL))
        for command in done.commands
        if command.key.startswith(INSTALL)
    ]


def settle(state, at):
    Command.objects.filter(key__startswith=INSTALL, state=CommandState.QUEUED).update(
        state=state, answered_at=at
    )


def told(enrolment, at, *, active=True, valid="valid", identifier=PASSCODE, reasons=()):
    kept = json.loads(bytes(Announcement.objects.get(enrolment=enrolment).body))
    tokens = {item["Identifier"]: item["ServerToken"] for item in kept["declarations"]}
    row = {
        "identifier": identifier,
        "server-token": tokens.get(identifier, "old"),
        "active": active,
        "valid": valid,
        "reasons": [{"code": code} for code in reasons],
    }
    states = {"activations": [], "assets": [], "management": [], "configurations": [row]}
    return report(enrolment, at, management={"declarations": states})


def report(enrolment, at, **items):
    body = json.dumps({"StatusItems": items, "Errors": []}).encode()
    actions.keep_status(enrolment=enrolment, body=body, at=at)
    return actions.learn_reports_due(at)


@pytest.mark.clause("G-3", "G-10")
def test_a_device_that_is_updated_goes_over_without_a_gap(enrolment, at):
    system_is(enrolment, "15.8", at)
    assert configure(enrolment, at) == [("InstallProfile", PROFILE)]
    settle(CommandState.ACKNOWLEDGED, at)
    assert system_is(enrolment, "18.1", at)  # decisive: what it gets is looked at anew
    assert configure(enrolment, at) == [("DeclarativeManagement", DECLARATIONS)]
    settle(CommandState.ACKNOWLEDGED, at)
    assert configure(enrolment, at) == []  # the device has not said that it stands
    told(enrolment, at, active=False, valid="unknown")
    assert configure(enrolment, at) == []
    told(enrolment, at)
    assert configure(enrolment, at) == [("RemoveProfile", PROFILE)]
    settle(CommandState.ACKNOWLEDGED, at)
    assert configure(enrolment, at) == []


def test_the_removal_follows_the_report_by_itself(enrolment, at):
    system_is(enrolment, "15.8", at)
    configure(enrolment, at)
    settle(CommandState.ACKNOWLEDGED, at)
    system_is(enrolment, "18.1", at)
    configure(enrolment, at)
    settle(CommandState.ACKNOWLEDGED, at)
    told(enrolment, at)
    outbox.deliver_due(at)
    assert Command.objects.filter(kind="RemoveProfile", key=f"{INSTALL}{PROFILE}").count() == 1


def test_what_a_device_does_not_have_comes_back_as_a_profile_until_it_is_updated(enrolment, at):
    system_is(enrolment, "18.1", at)
    configure(enrolment, at)
    settle(CommandState.ACKNOWLEDGED, at)
    refusal = {"active": False, "valid": "invalid"}
    told(enrolment, at, reasons=["Error.ConfigurationNotSupported"], **refusal)
    assert configure(enrolment, at) == [
        ("InstallProfile", PROFILE),
        ("DeclarativeManagement", DECLARATIONS),
    ]
    settle(CommandState.ACKNOWLEDGED, at)
    told(enrolment, at, identifier="org.quartermaster.status")
    assert configure(enrolment, at) == []  # the refusal is remembered
    system_is(enrolment, "18.2", at)
    assert configure(enrolment, at) == [("DeclarativeManagement", DECLARATIONS)]


def test_another_refusal_stays_visible_and_leaves_the_profile_where_it_is(enrolment, at):
    system_is(enrolment, "15.8", at)
    configure(enrolment, at)
    settle(CommandState.ACKNOWLEDGED, at)
    system_is(enrolment, "18.1", at)
    configure(enrolment, at)
    settle(CommandState.ACKNOWLEDGED, at)
    reasons = ["Error.ConfigurationCannotBeApplied"]
    told(enrolment, at, active=False, valid="invalid", reasons=reasons)
    assert configure(enrolment, at) == []
    (managed,) = managed_now([enrolment.device_id]).values()
    assert managed.refused == {PASSCODE: "The device could not apply it."}


def test_a_device_that_knows_no_declarations_gets_profiles(enrolment, at):
    system_is(enrolment, "18.1", at)
    configure(enrolment, at)
    Command.objects.filter(kind="DeclarativeManagement").update(
        state=CommandState.FAILED, answered_at=at, learn_due_at=at, error="Not supported"
    )
    actions.learn_due(at)
    outbox.deliver_due(at)
    sent = Command.objects.filter(state=CommandState.QUEUED, key__startswith=INSTALL)
    assert sorted(sent.values_list("kind", flat=True)) == [
        "DeclarativeManagement",
        "InstallProfile",
    ]
    assert not Announcement.objects.exists()  # and the device is told to drop what it may have
    assert ("DeclarativeManagement", DECLARATIONS) in configure(enrolment, at, again=True)
    assert Announcement.objects.exists()


def test_nothing_asked_any_longer_is_nothing_declared(enrolment, at):
    system_is(enrolment, "18.1", at)
    configure(enrolment, at)
    settle(CommandState.ACKNOWLEDGED, at)
    require(at)
    assert configure(enrolment, at) == [("DeclarativeManagement", DECLARATIONS)]
    assert not Announcement.objects.exists()


def test_an_older_report_never_replaces_a_newer_one(enrolment, at):
    system_is(enrolment, "18.1", at)
    configure(enrolment, at)
    told(enrolment, at)
    report(enrolment, at, passcode={"is-present": True})
    earlier = at - timedelta(hours=1)
    told(enrolment, earlier, active=False, valid="invalid")
    report(enrolment, earlier, passcode={"is-present": False})
    assert DeclaredState.objects.get().active
    assert queries.posture_of(enrolment.device_id)["passcode.present"].value is True


def test_a_report_that_cannot_be_learned_is_tried_later_and_then_left_with_a_note(enrolment, at):
    StatusReport.objects.create(enrolment=enrolment, body=b"{", received_at=at, learn_due_at=at)
    good = json.dumps({"StatusItems": {"passcode": {"is-present": True}}, "Errors": []}).encode()
    system_is(enrolment, "18.1", at)
    actions.keep_status(enrolment=enrolment, body=good, at=at)
    later = at
    for _ in range(MOST_ATTEMPTS):
        actions.learn_reports_due(later)
        later += timedelta(hours=2)
    bad = StatusReport.objects.get(body=b"{")
    assert (bad.learn_due_at, bad.error) == (None, "The report could not be read: Malformed.")
    assert queries.posture_of(enrolment.device_id)["passcode.present"].value is True


def test_who_starts_over_has_nothing_of_what_was(enrolment, at):
    system_is(enrolment, "18.1", at)
    configure(enrolment, at)
    told(enrolment, at)
    hardware = actions.checkin.Hardware(enrolment.external_id)
    actions.authenticate(enrolment=enrolment, hardware=hardware, actor=HOUSE, at=at)
    assert not Announcement.objects.exists()
    assert not DeclaredState.objects.exists()


def test_nonsense_about_the_system_leads_to_profiles_and_to_no_fault(enrolment, at):
    for nonsense in ("18.x", "", "9" * 30, "latest"):
        system_is(enrolment, nonsense, at)
        Command.objects.all().delete()
        assert configure(enrolment, at) == [("InstallProfile", PROFILE)]


@pytest.mark.clause("G-10")
def test_the_days_count_from_the_change_or_from_when_the_device_came(enrolment, at):
    system_is(enrolment, "18.1", at)

    def day(**settings):
        later = at + timedelta(days=3)
        require(later, minimum_os={"ios": "18.2"}, minimum_os_within_days=10, **settings)
        compiled = queries.wanted_for(enrolment.device, later)
        (payload,) = compiled.payloads
        return next(
            item["Payload"]["TargetLocalDateTime"]
            for item in json.loads(payload.body)["declarations"]
            if item["Identifier"] == "org.quartermaster.update-by"
        )

    first = day()
    assert first == f"{(at + timedelta(days=13)).date()}T20:00:00"
    assert day(passcode_minimum_length=8) == first  # another setting moves no date
    enrolment.enrolled_at = at + timedelta(days=20)
    enrolment.save()
    assert day() == f"{(at + timedelta(days=30)).date()}T20:00:00"


@pytest.mark.clause("G-1")
def test_a_personal_device_that_says_too_much_is_not_listened_to(assigned, at):
    require(at, passcode_minimum_length=6)
    device = assigned("OWN-1", ownership="personal", serial="")
    enrolment = mdm.enrolled(device, at)
    system_is(enrolment, "18.1", at)
    report(enrolment, at, device={"identifier": {"serial-number": "F2L", "udid": "U"}})
    assert posture.DEVICE_SERIAL not in queries.posture_of(device.id)
