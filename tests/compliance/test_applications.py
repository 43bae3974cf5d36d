"""From a decision to a finding on a City device and back, and never on a personal one."""

from datetime import timedelta

import pytest

from quartermaster.compliance import actions, queries
from quartermaster.compliance.models import Evaluation, Finding
from quartermaster.compliance.subjects import Reader
from quartermaster.inventory.actions import applications as deciding
from quartermaster.inventory.actions.applications import Decision
from quartermaster.inventory.models import Device
from quartermaster.inventory.verdicts import Verdict
from quartermaster.jobs import outbox
from quartermaster.kernel.permits import system
from quartermaster.mdm.actions.facts import keep_facts
from quartermaster.mdm.posture import SOFTWARE, Fact
from quartermaster.notify.models import Message
from quartermaster.org.models import Coverage, Department
from tests.compliance.test_actions import require
from tests.factories import mdm
from tests.factories.applications import DecisionFactory
from tests.factories.inventory import PersonalDeviceFactory

pytestmark = pytest.mark.django_db
HOUSE = system("test")
CASINO = {"identifier": "com.play.casino", "name": "Lucky Casino", "version": "1.0"}
HOUR = timedelta(hours=1)


@pytest.fixture
def device(assigned, at):
    made = assigned()
    mdm.enrolled(made, at - timedelta(days=1))
    return made


def installed(device, at, *listed):
    keep_facts(device.id, {SOFTWARE: Fact(list(listed), "InstalledApplicationList", at)})
    return actions.evaluate_device(device=device, actor=HOUSE, at=at)


def decide(cast, at, **more):
    given = {"title": "Lucky Casino", "reason": "Gambling", "identifier": "com.play.casino"}
    decision = Decision(**{"verdict": Verdict.BLOCKED, **given, **more})
    made = deciding.decide(decision=decision, actor=cast.acting(cast.ida), at=at)
    outbox.deliver_due(at)
    return made


def found():
    rows = Finding.objects.filter(check_name__startswith="application_").order_by("opened_at")
    return [(row.check_name.removeprefix("application_"), row.state) for row in rows]


@pytest.mark.clause("G-4", "C-1")
def test_a_decision_becomes_a_finding_at_once_and_the_holder_is_told(device, cast, at):
    installed(device, at, CASINO)
    assert found() == []
    decide(cast, at)
    finding = Finding.objects.get()
    assert (finding.clause, finding.observed, finding.holder) == (
        "G-4",
        "Decided against, or not approved: Lucky Casino (blocked).",
        cast.ana,
    )
    installed(device, at + HOUR, CASINO)
    assert found() == [("decisions", "noticed")]
    assert [mail.recipient for mail in Message.objects.all()] == [cast.ana.email]
    installed(device, at + 2 * HOUR)
    assert found() == [("decisions", "cured")]


@pytest.mark.clause("G-4")
def test_what_is_decided_anew_or_ended_is_held_against_nobody(device, cast, at):
    installed(device, at, CASINO)
    decide(cast, at)
    made = decide(cast, at + HOUR, verdict=Verdict.ALLOWED)
    assert found() == [("decisions", "cured")]
    made = decide(cast, at + 2 * HOUR)
    deciding.end_decision(
        decision=made, reason="Mended", actor=cast.acting(cast.ida), at=at + 3 * HOUR
    )
    outbox.deliver_due(at + 3 * HOUR)
    assert found() == [("decisions", "cured"), ("decisions", "withdrawn")]


@pytest.mark.clause("G-4", "G-10")
def test_a_vulnerable_version_is_found_until_it_is_updated(device, cast, at):
    decide(cast, at, verdict=Verdict.ALLOWED, minimum_version="1.1")
    installed(device, at, CASINO)
    assert found() == [("versions", "open")]
    installed(device, at + HOUR, {**CASINO, "version": "1.1"})
    assert found() == [("versions", "cured")]


@pytest.mark.clause("G-4", "G-3")
def test_what_was_loaded_past_the_store_is_found_where_that_is_forbidden(device, cast, at):
    require(at, unknown_sources_forbidden=True)
    installed(device, at, {**CASINO, "elsewhere": True})
    assert ("origin", "open") in found()
    decide(cast, at, verdict=Verdict.ALLOWED)
    assert ("origin", "cured") in found()


@pytest.mark.clause("G-1")
def test_a_personal_device_has_no_such_outcome_whatever_came_to_be_known(cast, at):
    require(at, unknown_sources_forbidden=True)
    own = PersonalDeviceFactory(platform="ios", department=cast.water, holder=cast.ana)
    mdm.enrolled(own, at - timedelta(days=1), way="user")
    decide(cast, at, minimum_version="")
    installed(own, at, {**CASINO, "elsewhere": True})
    decide(cast, at + HOUR, title="Again")
    assert found() == []
    assert not Evaluation.objects.filter(check_name__startswith="application_").exists()


@pytest.mark.clause("S-3")
def test_an_excluded_department_is_not_judged_unless_it_adopted_the_clause(assigned, cast, at):
    police = Department.objects.create(
        code="POLICE", name="Police", coverage=Coverage.EXCLUDED, exclusion_reason="Own contracts"
    )
    device = assigned(department=police)
    mdm.enrolled(device, at - timedelta(days=1))
    installed(device, at, CASINO)
    decide(cast, at)
    assert found() == []


def test_many_devices_are_judged_as_one_is(assigned, cast, at):
    DecisionFactory(identifier="com.play.casino", minimum_version="")
    DecisionFactory(identifier="com.chat", verdict="allowed", minimum_version="4")
    rows = []
    for number in range(6):
        device = assigned(f"PH-{number}")
        mdm.enrolled(device, at - timedelta(days=1))
        listed = [CASINO] if number % 2 else [{"identifier": "com.chat", "version": str(number)}]
        keep_facts(device.id, {SOFTWARE: Fact(listed, "InstalledApplicationList", at)})
        rows.append(Device.objects.select_related("holder", "department").get(id=device.id))
    together = Reader(at).results(rows)
    assert together == {row.id: queries.results_for(row, at) for row in rows}
