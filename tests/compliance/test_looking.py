"""What is only looked at: a look that skips the evaluation never hides a change."""

import re
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import quartermaster.compliance.rules as rules_of_compliance
from quartermaster.compliance import actions, schedule
from quartermaster.compliance.models import Evaluation, Finding, Look
from quartermaster.compliance.subjects import Reader
from quartermaster.inventory.models import ApplicationDecision, Device
from quartermaster.kernel.permits import system
from quartermaster.mdm import posture as keys
from quartermaster.mdm.models import (
    Certificate,
    Command,
    DeclaredState,
    DeviceSoftware,
    Enrolment,
    StoredFact,
    Wake,
)
from quartermaster.org.models import Department, Person
from quartermaster.policy.models import AcknowledgementRequest, RequirementException
from tests.compliance import oracle
from tests.factories import mdm
from tests.factories.cities import city, demands, fleet, require
from tests.factories.custody import keep
from tests.factories.software import DeviceSoftwareFactory

pytestmark = pytest.mark.django_db
HOUSE = system("test")
HOUR = timedelta(hours=1)
seeds = st.integers(0, 10**9)
any_city = settings(max_examples=25, suppress_health_check=[*HealthCheck])


@contextmanager
def without_a_trace(cast):
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    for row in (cast.ana, cast.rex, cast.sue, cast.library, cast.water):
        row.refresh_from_db()


def devices(rows):
    ids = [row.id for row in rows]
    return list(
        Device.objects.select_related("holder", "department").filter(id__in=ids).order_by("id")
    )


def enrolment_of(chance):
    rows = list(Enrolment.objects.filter(state="enrolled").order_by("device__asset_tag"))
    return chance.choice(rows) if rows else None


def one_fact(chance, at):
    rows = list(StoredFact.objects.order_by("device__asset_tag", "key"))
    if rows:
        row = chance.choice(rows)
        row.value = chance.choice([True, False, "26.1", "14.0", []])
        row.observed_at = at
        row.save()


def a_fact_goes(chance, at):
    StoredFact.objects.filter(key=chance.choice([keys.OS_VERSION, keys.PASSCODE_PRESENT])).delete()


def a_fact_comes(chance, at):
    if enrolment := enrolment_of(chance):
        StoredFact.objects.update_or_create(
            device_id=enrolment.device_id,
            key=keys.ENCRYPTION,
            defaults={"value": False, "source": "test", "observed_at": at},
        )


def seen(chance, at):
    Enrolment.objects.filter(state="enrolled").update(
        last_seen_at=at - timedelta(hours=chance.randint(0, 500))
    )


def status(chance, at):
    Device.objects.update(status=chance.choice(["assigned", "lost", "in_repair"]))
    keep(*Device.objects.all(), at=at)


def holder(chance, at):
    Device.objects.update(holder=chance.choice(Person.objects.order_by("number")))
    keep(*Device.objects.all(), at=at)


def department(chance, at):
    Device.objects.update(department=chance.choice(Department.objects.order_by("code")))
    keep(*Device.objects.all(), at=at)


def separated(chance, at):
    Person.objects.filter(number=chance.choice(Person.objects.order_by("number")).number).update(
        standing="separated", separated_on=at.date()
    )


def excluded(chance, at):
    place = chance.choice(Department.objects.order_by("code"))
    place.coverage, place.exclusion_reason = "excluded", "Own contracts"
    place.save()


def required(chance, at):
    require(at, city={"city": demands(chance), "personal": demands(chance)})


def exception_ends(chance, at):
    RequirementException.objects.update(expires_at=at - timedelta(minutes=1))


def asked_later(chance, at):
    due = at + timedelta(days=chance.choice([-1, 4]))
    AcknowledgementRequest.objects.update(asked_at=due - timedelta(days=9), due_at=due)


def certified(chance, at):
    if enrolment := enrolment_of(chance):
        mdm.certificate(enrolment, at, expires_at=at + timedelta(days=chance.choice([1, 400])))
    Certificate.objects.filter(revoked_at=None).update(revoked_at=at)


def woken(chance, at):
    outcome, since = chance.choice([("gone", at), ("delivered", None)])
    Wake.objects.update(woken_at=at, outcome=outcome, cannot_since=since)


def commanded(chance, at):
    key = "install:org.quartermaster.policy.passcode"
    enrolment = enrolment_of(chance)
    if enrolment and not Command.objects.filter(enrolment=enrolment, key=key).exists():
        mdm.CommandFactory(enrolment=enrolment, key=key)
    Command.objects.filter(state="sent").update(state="failed")


def declared(chance, at):
    DeclaredState.objects.update(valid=chance.choice(["valid", "invalid"]), reasons=["Now."])


def owed(chance, at):
    DeviceSoftware.objects.update(state=chance.choice(["sent", "failed"]), reason="No room.")
    enrolment = enrolment_of(chance)
    if enrolment and not DeviceSoftware.objects.filter(enrolment=enrolment).exists():
        DeviceSoftwareFactory(
            enrolment=enrolment, device=enrolment.device, origin="policy", state="sent"
        )


def decided(chance, at):
    ApplicationDecision.objects.create(
        title="Maps",
        identifier="com.maps",
        verdict=chance.choice(["blocked", "needs-approval"]),
        reason="A trial",
        decided_at=at,
        decided_by="test",
    )


def left(chance, at):
    enrolment = enrolment_of(chance)
    if enrolment:
        Enrolment.objects.filter(id=enrolment.id).update(state="ended", ended_at=at)


CHANGES = [
    one_fact,
    a_fact_goes,
    a_fact_comes,
    seen,
    status,
    holder,
    department,
    separated,
    excluded,
    required,
    exception_ends,
    asked_later,
    certified,
    woken,
    commanded,
    declared,
    owed,
    decided,
    left,
]
SAID = ["check_name", "state", "severity", "expected", "observed", "remedy", "source"]


def stored(device):
    rows = Evaluation.objects.filter(device=device).order_by("check_name")
    return [tuple(row) for row in rows.values_list(*SAID, "observed_at", "answerable", "clause")]


def said(results):
    return sorted(
        (
            item.check,
            item.state,
            item.severity,
            item.expected[:500],
            item.observed[:500],
            item.remedy[:300],
            item.source,
            item.observed_at,
            item.answerable,
            item.clause,
        )
        for item in results
    )


@any_city
@given(
    seeds, st.integers(1, 4), st.lists(st.sampled_from(CHANGES), max_size=3, unique=True), st.data()
)
@pytest.mark.clause("G-10", "C-1")
def test_a_skip_never_hides_a_change(cast, at, seed, count, changes, data):
    """Whatever is written, and however much time goes by: what stands is what would be said now."""
    chance = Random(seed)
    with without_a_trace(cast):
        city(chance, cast, at)
        made = [row.id for row in fleet(chance, cast, at, count)]
        actions.evaluate_devices(device_ids=made, actor=HOUSE, at=at)
        later = at + data.draw(st.sampled_from([timedelta(0), HOUR, timedelta(hours=20)]))
        for change in changes:
            change(chance, later)
        actions.evaluate_devices(device_ids=made, actor=HOUSE, at=later)
        for device in Device.objects.select_related("holder", "department").filter(id__in=made):
            assert stored(device) == said(oracle.results_for(device, later))
        assert set(Look.objects.values_list("looked_at", flat=True)) == {later}


@any_city
@given(seeds, st.integers(1, 4), st.floats(0, 1, exclude_max=True))
@pytest.mark.clause("G-10")
def test_until_the_instant_that_is_told_time_alone_changes_nothing(cast, at, seed, count, part):
    chance = Random(seed)
    with without_a_trace(cast):
        city(chance, cast, at)
        RequirementException.objects.all().delete()  # what is in force is no matter of an answer
        made = devices(fleet(chance, cast, at, count))
        RequirementException.objects.all().delete()
        for device in made:
            answer = Reader(at).answers([device]).get(device.id)
            if answer is None:
                continue
            until = answer.until or at + timedelta(days=400)
            assert until > at
            between = min(at + (until - at) * part, until - timedelta.resolution)
            assert oracle.results_for(device, between) == answer.results


def test_the_rules_ask_what_time_it_is_in_one_way_alone():
    """What compared the instant by itself would be left out of until when an answer stands."""
    folder = Path(rules_of_compliance.__file__).parent
    uses = {
        match
        for name in ("applications", "checks", "evaluate", "records")
        for match in re.findall(r"context\.at\b(?:\.\w+)?", (folder / f"{name}.py").read_text())
    }
    assert uses == {"context.at.tzinfo"}


def reporting(cast, at, *, passcode=True):
    from tests.factories.fleet import enrolled_fleet

    require(at, city={"city": {"passcode_required": True, "check_in_within_hours": 24}})
    made = [row.device for row in enrolled_fleet(cast, 3, at)]
    Enrolment.objects.update(last_seen_at=at)
    for device in made:
        StoredFact.objects.create(
            device=device,
            key=keys.PASSCODE_PRESENT,
            value=passcode,
            source="SecurityInfo",
            observed_at=at,
        )
    actions.evaluate_devices(device_ids=[row.id for row in made], actor=HOUSE, at=at)
    return [row.id for row in made]


def written_by(act):
    with CaptureQueriesContext(connection) as asked:
        act()
    words = ("INSERT INTO compliance_evaluation", "DELETE FROM compliance_evaluation")
    return [
        query for query in asked.captured_queries if any(word in query["sql"] for word in words)
    ]


def test_what_stands_is_touched_and_neither_judged_nor_written(cast, at):
    ids = reporting(cast, at)
    before = set(Evaluation.objects.values_list("id", "since", "evaluated_at"))
    Enrolment.objects.update(last_seen_at=at + HOUR / 2)  # a poll is no news
    later = at + HOUR
    assert written_by(lambda: schedule.sweep(later)) == []
    assert set(Evaluation.objects.values_list("id", "since", "evaluated_at")) == before
    assert set(Look.objects.values_list("device_id", "looked_at")) == {(key, later) for key in ids}


@pytest.mark.clause("G-10")
def test_silence_is_seen_when_it_is_time_and_not_an_hour_later(cast, at):
    ids = reporting(cast, at)
    assert schedule.sweep(at + 24 * HOUR) == 3  # in time to the last moment
    assert not Finding.objects.exists()
    moment = at + 24 * HOUR + timedelta(minutes=5)
    assert schedule.sweep(moment) == 3
    found = Evaluation.objects.filter(check_name="check_in").values_list("device_id", "state")
    assert set(found) == {(key, "fail") for key in ids}


@pytest.mark.clause("G-10")
def test_a_device_that_comes_back_is_seen_at_the_next_look(cast, at):
    reporting(cast, at)
    gone = at + 30 * HOUR
    schedule.sweep(gone)
    Enrolment.objects.update(last_seen_at=gone + HOUR)
    schedule.sweep(gone + 2 * HOUR)
    states = Evaluation.objects.filter(check_name="check_in").values_list("state", flat=True)
    assert set(states) == {"pass"}
    assert set(Finding.objects.values_list("state", flat=True)) == {"cured"}


def test_once_a_day_every_device_is_evaluated_whatever_its_stamp_says(cast, at):
    ids = reporting(cast, at)
    until = Look.objects.get(device_id=ids[0]).stands_until
    assert until == at + timedelta(days=1)


def test_what_a_person_withdrew_is_judged_anew(cast, at):
    reporting(cast, at, passcode=False)
    finding = Finding.objects.first()
    actions.withdraw(finding=finding, reason="A trial", actor=cast.acting(cast.ida), at=at)
    assert Look.objects.get(device_id=finding.device_id).stamp == ""
    schedule.sweep(at + HOUR)
    again = Finding.objects.filter(device_id=finding.device_id, state="open")
    assert again.count() == 1


def test_outcomes_of_before_there_were_looks_are_kept_in_order(cast, at):
    ids = reporting(cast, at)
    Look.objects.all().delete()
    Evaluation.objects.filter(device_id=ids[0], check_name="passcode").update(check_name="of_old")
    since = Evaluation.objects.get(device_id=ids[1], check_name="passcode").since
    actions.evaluate_devices(device_ids=ids, actor=HOUSE, at=at + HOUR)
    assert set(Evaluation.objects.values_list("check_name", flat=True)).isdisjoint({"of_old"})
    assert Evaluation.objects.get(device_id=ids[1], check_name="passcode").since == since


STATEMENTS = 17  # for one report, the transaction's own among them


def test_one_report_takes_few_statements(cast, at):
    """A budget: whoever needs more asks for it here."""
    ids = reporting(cast, at)
    first, device = Device.objects.filter(id__in=ids[:2]).order_by("id")
    StoredFact.objects.update(observed_at=at + HOUR)
    actions.evaluate_device(
        device=first, actor=HOUSE, at=at + HOUR
    )  # reads what all have in common
    with CaptureQueriesContext(connection) as asked:
        actions.evaluate_device(device=device, actor=HOUSE, at=at + HOUR)
    assert len(asked) <= STATEMENTS
