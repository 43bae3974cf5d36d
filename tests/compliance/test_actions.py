"""Findings in their lives: opened once, told to the right person, settled by the device itself."""

from datetime import timedelta

import pytest

from quartermaster.compliance import actions, queries, schedule
from quartermaster.compliance.cases import calling_for_a_case
from quartermaster.compliance.models import Evaluation, Finding
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import InvalidInput, Refused
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions as mdm_actions
from quartermaster.mdm import posture
from quartermaster.mdm.actions.facts import keep_facts
from quartermaster.mdm.posture import Fact
from quartermaster.notify.models import Message
from quartermaster.org.actions.separation import separate
from quartermaster.policy import queries as policy
from quartermaster.policy.actions.acknowledgements import acknowledge
from quartermaster.policy.actions.changes import apply_proposal
from quartermaster.policy.actions.exceptions import approve_exception, request_exception
from quartermaster.policy.models import AcknowledgementRequest
from quartermaster.policy.plan.proposal import read_proposal
from tests.factories import mdm
from tests.factories import policy as policies

pytestmark = pytest.mark.django_db
HOUSE = system("test")
HOUR = timedelta(hours=1)


@pytest.fixture
def device(assigned, at):
    require(at, passcode_required=True)
    made = assigned()
    mdm.enrolled(made, at)
    return made


def require(at, **settings):
    proposal = read_proposal({"city": {"city": settings}})
    apply_proposal(proposal=proposal, digest=policy.plan(proposal).digest, actor=HOUSE, at=at)


def report(device, at, **facts):
    names = {"passcode": posture.PASSCODE_PRESENT, "compromised": posture.COMPROMISED}
    keep_facts(device.id, {names[key]: Fact(value, "test", at) for key, value in facts.items()})
    return actions.evaluate_device(device=device, actor=HOUSE, at=at)


def the_finding():
    return Finding.objects.get()


def told():
    return [(m.recipient, m.template.rpartition("/")[2]) for m in Message.objects.order_by("id")]


@pytest.mark.clause("G-3", "C-1")
def test_one_failure_is_one_finding_and_one_notice(device, at):
    report(device, at, passcode=False)
    actions.evaluate_device(device=device, actor=HOUSE, at=at)
    assert (the_finding().state, told()) == ("open", [])
    assert schedule.take_steps(at + timedelta(minutes=29)) == 0
    assert schedule.take_steps(at + timedelta(minutes=30)) == 1
    assert schedule.take_steps(at + timedelta(minutes=31)) == 0
    assert (the_finding().state, told()) == ("noticed", [("ana@city.example", "notice")])


def test_second_look_confirms_at_once(device, at):
    report(device, at, passcode=False)
    report(device, at + timedelta(minutes=5), passcode=False)
    assert (the_finding().state, told()) == ("noticed", [("ana@city.example", "notice")])


def test_failure_that_passes_by_itself_is_never_told(device, at):
    report(device, at, passcode=False)
    report(device, at + timedelta(minutes=5), passcode=True)
    assert (the_finding().state, told()) == ("cured", [])


def test_serious_failure_is_told_at_once(device, at):
    require(at, compromised_forbidden=True)
    report(device, at, compromised=True)
    assert (the_finding().severity, told()) == ("serious", [("ana@city.example", "notice")])


@pytest.mark.clause("C-1")
def test_reminder_halfway_then_the_time_runs_out(device, at):
    report(device, at, passcode=False)
    schedule.take_steps(at + HOUR)
    finding = the_finding()
    assert finding.cure_until > at + timedelta(days=2)
    schedule.take_steps(finding.due_at)
    schedule.take_steps(finding.due_at + HOUR)
    assert told() == [("ana@city.example", "notice"), ("ana@city.example", "reminder")]
    schedule.take_steps(finding.cure_until)
    assert the_finding().state == "overdue"
    report(device, finding.cure_until + HOUR, passcode=True)
    assert the_finding().state == "cured"
    assert told()[-1] == ("ana@city.example", "settled")


def test_failure_that_comes_back_is_a_new_finding(device, at):
    report(device, at, passcode=False)
    report(device, at + HOUR, passcode=True)
    report(device, at + 2 * HOUR, passcode=False)
    assert list(Finding.objects.order_by("id").values_list("state", flat=True)) == ["cured", "open"]


def test_requirement_that_is_dropped_settles_it(device, at):
    report(device, at, passcode=False)
    require(at)
    actions.evaluate_device(device=device, actor=HOUSE, at=at)
    left = set(Evaluation.objects.values_list("check_name", flat=True))
    assert (the_finding().state, left) == (
        "withdrawn",
        {"separated_holder", "custody", "record_transfer"},
    )


@pytest.mark.parametrize("who", ["cole", "ida"])
def test_device_without_a_holder_is_told_to_its_keeper(device, cast, at, who):
    if who == "ida":
        cast.cole.role_assignments.update(ended_at=at)
    report(device, at, passcode=False)
    Finding.objects.update(holder=None)
    schedule.take_steps(at + HOUR)
    assert told() == [(f"{who}@city.example", "notice")]


@pytest.mark.clause("S-3")
def test_excluded_department_is_not_judged(device, cast, at):
    cast.water.coverage, cast.water.exclusion_reason = "excluded", "Own contracts"
    cast.water.save()
    assert report(device, at, passcode=False) == ()
    assert not Finding.objects.exists()


def test_withdrawal_needs_a_reason_and_a_right(device, cast, at):
    report(device, at, passcode=False)
    finding = the_finding()
    for name in ("ana", "cole", "sue", "rex"):
        with pytest.raises(Refused):
            actions.withdraw(
                finding=finding, reason="x", actor=cast.acting(getattr(cast, name)), at=at
            )
    ida = cast.acting(cast.ida)
    with pytest.raises(InvalidInput, match="Say why"):
        actions.withdraw(finding=finding, reason=" ", actor=ida, at=at)
    actions.withdraw(finding=finding, reason="A sensor's error.", actor=ida, at=at)
    assert the_finding().closing_reason == "A sensor's error."


def test_device_that_left_is_not_judged_any_longer(device, at):
    from quartermaster.jobs import outbox

    report(device, at, passcode=False)
    enrolment = device.enrolments.get()
    mdm_actions.end_enrolment(enrolment=enrolment, reason="returned", actor=HOUSE, at=at)
    outbox.deliver_due(at)
    assert (the_finding().state, Evaluation.objects.count()) == ("withdrawn", 0)


@pytest.mark.clause("C-1")
def test_who_sees_a_finding_before_it_is_referred(device, cast, at):
    """The holder, the coordinator and ITMD; not the supervisor, and nobody elsewhere."""
    report(device, at, passcode=False)
    seen = {
        name: queries.findings_visible_to(cast.acting(getattr(cast, name))).count()
        for name in ("ana", "cole", "sue", "ida", "rex")
    }
    assert seen == {"ana": 1, "cole": 1, "sue": 0, "ida": 1, "rex": 0}
    with pytest.raises(Refused):
        actions.evaluate_device(device=device, actor=cast.acting(cast.rex), at=at)


@pytest.mark.clause("G-10")
def test_silence_is_seen_by_the_clock(device, at):
    require(at, check_in_within_hours=24)
    device.enrolments.update(last_seen_at=at)
    assert schedule.sweep(at + timedelta(hours=23)) == 1
    assert not Finding.objects.exists()
    schedule.sweep(at + timedelta(hours=25))
    assert (the_finding().check_name, the_finding().severity) == ("check_in", "low")


def test_states_of_devices_for_the_dashboard(device, at):
    devices = queries.devices_to_evaluate()
    report(device, at, passcode=False)
    assert queries.states_of_devices(devices)["not compliant"] == 1
    report(device, at + HOUR, passcode=True)
    one = {"compliant": 1, "not compliant": 0, "not known": 0}
    assert queries.states_of_devices(devices) == one
    assert sum(queries.states_of_devices(devices.none()).values()) == 0


def test_notice_reads_well(device, at):
    report(device, at, passcode=False)
    schedule.take_steps(at + HOUR)
    message = Message.objects.get()
    assert message.subject == "Please check your device PH-1: passcode"
    assert message.text.startswith(
        "Ana Reyes,\n\none thing on the City device PH-1 is not as the policy asks (clause G-3)."
    )
    assert "What is asked:   Passcode: Required\n" in message.text
    assert "What was seen:   No passcode is set.\n" in message.text
    assert "What to do:      Set a passcode or password on the device.\n" in message.text
    assert "disciplin" not in message.text


def outcome(check):
    row = Evaluation.objects.filter(check_name=check).first()
    return (row.state, row.clause) if row else None


@pytest.mark.clause("S-2")
def test_acknowledgement_that_is_overdue_is_found_and_cured_by_giving_it(device, cast, at):
    version = policies.adopted()
    later = at + timedelta(days=15)
    AcknowledgementRequest.objects.get_or_create(
        person=cast.ana,
        version=version,
        defaults={"asked_at": at, "due_at": at + timedelta(days=14)},
    )
    schedule.sweep(at)
    assert outcome("acknowledgement") == ("pending", "S-2")
    schedule.sweep(later)
    finding = Finding.objects.get(check_name="acknowledgement")
    assert (finding.state, finding.holder, finding.clause) == ("open", cast.ana, "S-2")
    read = {"version_id": version.id, "text_digest": version.text_digest}
    acknowledge(**read, actor=cast.acting(cast.ana), at=later)
    outbox.deliver_due(later)
    finding.refresh_from_db()
    assert (finding.state, outcome("acknowledgement")) == ("cured", ("pass", "S-2"))


@pytest.mark.clause("C-4")
def test_separation_is_found_at_once_and_told_to_the_coordinator(device, cast, at):
    schedule.sweep(at)
    separate(person_id=cast.ana.id, on=at.date(), actor=HOUSE, at=at)
    outbox.deliver_due(at)
    finding = Finding.objects.get(check_name="separated_holder")
    assert (finding.state, finding.holder, finding.clause) == ("open", None, "C-4")
    schedule.take_steps(at + HOUR)
    assert told() == [("cole@city.example", "notice")]


@pytest.mark.clause("G-2")
def test_personal_device_without_consent_is_no_matter_against_its_holder(assigned, at):
    mdm.enrolled(assigned("BYO-1", ownership="personal"), at)
    schedule.sweep(at)
    finding = Finding.objects.get(check_name="consent")
    assert (finding.clause, finding.severity, finding.holder) == ("G-2", "high", None)
    assert "agreed to the disclosure" in finding.expected
    schedule.take_steps(at + HOUR)
    finding.refresh_from_db()
    schedule.take_steps(finding.cure_until)
    schedule.take_steps(finding.cure_until + HOUR)
    finding.refresh_from_db()
    assert finding.state == "overdue"
    assert list(calling_for_a_case(finding.cure_until + HOUR)) == []


@pytest.mark.clause("G-10")
def test_changed_requirement_is_judged_on_all_whom_it_reaches(device, assigned, cast, at):
    other = assigned("PH-2", department=cast.library, holder=cast.rex)
    mdm.enrolled(other, at)
    facts = {posture.COMPROMISED: Fact(value=True, source="test", observed_at=at)}
    for item in (device, other):
        keep_facts(item.id, facts)
    schedule.sweep(at)
    assert not Finding.objects.exists()
    require(at, compromised_forbidden=True)
    outbox.deliver_due(at)
    assert set(Finding.objects.values_list("device_id", "check_name")) == {
        (device.id, "compromised"),
        (other.id, "compromised"),
    }


@pytest.mark.clause("C-5")
def test_exception_spares_whom_it_was_made_for(device, assigned, cast, at):
    other = assigned("PH-2")
    mdm.enrolled(other, at)
    for item in (device, other):
        keep_facts(item.id, {posture.PASSCODE_PRESENT: Fact(False, "test", at)})
    schedule.sweep(at)
    asked = request_exception(
        setting="passcode_required",
        value=False,
        ownership="city",
        device_id=device.id,
        subject_label="PH-1",
        department_id=cast.water.id,
        reason="A kiosk",
        expires_at=at + timedelta(days=5),
        actor=cast.acting(cast.cole),
        at=at,
    )
    approve_exception(exception_id=asked.id, actor=cast.acting(cast.ida), at=at)
    outbox.deliver_due(at)
    states = Finding.objects.filter(check_name="passcode").values_list("device_id", "state")
    assert dict(states) == {device.id: "excepted", other.id: "open"}
