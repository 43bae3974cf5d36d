"""A fleet as a set: the same answers and the same findings as one device after the other."""

from contextlib import contextmanager
from datetime import timedelta
from random import Random

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quartermaster.audit.models import Entry
from quartermaster.compliance import actions, schedule
from quartermaster.compliance.models import Evaluation, Finding
from quartermaster.compliance.rules.outcome import State
from quartermaster.compliance.subjects import Reader
from quartermaster.inventory.models import Device
from quartermaster.kernel.errors import Refused
from quartermaster.kernel.permits import system
from quartermaster.mdm import posture as keys
from quartermaster.mdm.models import StoredFact
from quartermaster.notify.models import Message
from tests.compliance import oracle
from tests.factories.cities import city, fleet, require
from tests.factories.fleet import enrolled_fleet

pytestmark = pytest.mark.django_db
HOUSE = system("test")
HOUR = timedelta(hours=1)
seeds = st.integers(0, 10**9)  # of a chance that makes a city: it shrinks at once
any_city = settings(max_examples=30, suppress_health_check=[*HealthCheck])
OUTCOME = [
    "device_id",
    "check_name",
    "clause",
    "state",
    "severity",
    "expected",
    "observed",
    "remedy",
    "source",
    "observed_at",
    "since",
]


def devices(rows):
    ids = [row.id for row in rows]
    return list(
        Device.objects.select_related("holder", "department").filter(id__in=ids).order_by("id")
    )


def written():
    """All that evaluations wrote, but for ids."""
    findings = [*OUTCOME[:-1], "holder_id", "opened_at", "due_at", "closed_at", "closing_reason"]
    entries = Entry.objects.filter(tag__startswith="compliance.")
    return {
        "outcomes": sorted(Evaluation.objects.values_list(*OUTCOME, "evaluated_at"), key=str),
        "findings": sorted(Finding.objects.values_list(*findings), key=str),
        "entries": sorted(entries.values_list("tag", "data"), key=str),
        "mail": sorted(Message.objects.values_list("recipient", "template"), key=str),
    }


@contextmanager
def without_a_trace(cast):
    """What is done in it has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    cast.rex.refresh_from_db()
    cast.library.refresh_from_db()


def written_by(cast, act):
    with without_a_trace(cast):
        act()
        return written()


@any_city
@given(seeds, st.integers(1, 8))
@pytest.mark.clause("G-10", "C-1")
def test_set_and_single_evaluation_say_and_write_the_same(cast, at, seed, count):
    chance = Random(seed)
    with without_a_trace(cast):
        city(chance, cast, at)
        made = devices(fleet(chance, cast, at, count))
        one_by_one = {device.id: oracle.results_for(device, at) for device in made}
        together = Reader(at).results(made)
        assert {key: together.get(key, ()) for key in one_by_one} == one_by_one

        def first():
            for device in made:
                actions.evaluate_device(device=device, actor=HOUSE, at=at)
            StoredFact.objects.update(observed_at=at + HOUR)
            StoredFact.objects.filter(key=keys.PASSCODE_PRESENT).update(value=False)
            for device in made:
                actions.evaluate_device(device=device, actor=HOUSE, at=at + HOUR)

        def second():
            ids = [device.id for device in made]
            actions.evaluate_devices(device_ids=ids, actor=HOUSE, at=at)
            StoredFact.objects.update(observed_at=at + HOUR)
            StoredFact.objects.filter(key=keys.PASSCODE_PRESENT).update(value=False)
            actions.evaluate_devices(device_ids=ids, actor=HOUSE, at=at + HOUR)

        assert written_by(cast, second) == written_by(cast, first)


@any_city
@given(seeds, st.integers(1, 6))
@pytest.mark.clause("C-1")
def test_what_is_missing_is_no_pass_and_no_findings_lack_a_clause(cast, at, seed, count):
    """Without a word from any device, nothing of it passes and nobody is found at fault for it."""
    chance = Random(seed)
    with without_a_trace(cast):
        city(chance, cast, at)
        made = devices(fleet(chance, cast, at, count))
        StoredFact.objects.all().delete()
        recorded = {
            "acknowledgement",
            "consent",
            "separated_holder",
            "custody",
            "certificate",
            "wake",
            "record_transfer",
        }
        for results in Reader(at).results(made).values():
            told = [item for item in results if item.check not in {*recorded, "check_in"}]
            assert {State.PASS, State.FAIL}.isdisjoint(item.state for item in told)
        actions.evaluate_devices(device_ids=[item.id for item in made], actor=HOUSE, at=at)
        assert not Finding.objects.filter(clause="").exists()
        at_fault = set(Finding.objects.exclude(holder=None).values_list("check_name", flat=True))
        assert at_fault <= {"acknowledgement", "check_in"}


def fleet_of(cast, count, at, *, passcode):
    require(at, city={"city": {"passcode_required": True, "check_in_within_hours": 24}})
    made = [row.device for row in enrolled_fleet(cast, count, at)]
    report(made, at, passcode=passcode)
    return [device.id for device in made]


def report(made, at, *, passcode):
    StoredFact.objects.bulk_create(
        (
            StoredFact(
                device=device,
                key=keys.PASSCODE_PRESENT,
                value=passcode,
                source="SecurityInfo",
                observed_at=at,
            )
            for device in made
        ),
        update_conflicts=True,
        unique_fields=["device", "key"],
        update_fields=["value", "observed_at"],
    )


def queries_of(act):
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


def test_number_of_queries_does_not_grow_with_the_fleet(cast, at):
    ids = fleet_of(cast, 90, at, passcode=False)

    def evaluate(some, when):
        actions.evaluate_devices(device_ids=some, actor=HOUSE, at=when)

    opening = [queries_of(lambda some=some: evaluate(some, at)) for some in (ids[:40], ids[40:])]
    assert opening[0] == opening[1]
    assert Finding.objects.filter(state="open").count() == 90
    again = [
        queries_of(lambda some=some: evaluate(some, at + HOUR)) for some in (ids[:40], ids[40:])
    ]
    assert again[0] == again[1] < opening[0]
    report(Device.objects.filter(id__in=ids), at + HOUR, passcode=True)
    closing = [
        queries_of(lambda some=some: evaluate(some, at + 2 * HOUR)) for some in (ids[:40], ids[40:])
    ]
    assert closing[0] == closing[1]
    assert Finding.objects.filter(state="cured").count() == 90


def test_sweep_takes_what_is_due_bit_by_bit_and_once(cast, at):
    ids = fleet_of(cast, 7, at, passcode=True)
    assert actions.evaluate_due(actor=HOUSE, at=at, limit=3, batch=2) == 3
    assert actions.evaluate_due(actor=HOUSE, at=at, limit=9, batch=2) == 4
    assert schedule.sweep(at + HOUR / 2) == 0
    assert schedule.sweep(at + HOUR) == 7
    assert set(Evaluation.objects.values_list("device_id", flat=True)) == set(ids)


@pytest.mark.clause("S-3")
def test_sweep_leaves_alone_of_whom_nothing_is_asked(cast, at):
    fleet_of(cast, 3, at, passcode=False)
    schedule.sweep(at)
    cast.water.coverage, cast.water.exclusion_reason = "excluded", "Own contracts"
    cast.water.save()
    assert schedule.sweep(at + HOUR) == 3
    assert (schedule.sweep(at + 2 * HOUR), Evaluation.objects.count()) == (0, 0)
    assert set(Finding.objects.values_list("state", flat=True)) == {"withdrawn"}


def test_only_those_may_who_may_evaluate_everywhere(cast, at):
    for name in ("ana", "cole", "sue", "rex"):
        actor = cast.acting(getattr(cast, name))
        with pytest.raises(Refused):
            actions.evaluate_devices(device_ids=[], actor=actor, at=at)
        with pytest.raises(Refused):
            actions.evaluate_due(actor=actor, at=at)


@pytest.mark.django_db(transaction=True)
def test_sweep_passes_over_what_another_worker_has_in_hand(cast, at):
    from concurrent.futures import ThreadPoolExecutor

    ids = fleet_of(cast, 3, at, passcode=True)

    def sweep():
        try:
            return schedule.sweep(at)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        list(Device.objects.select_for_update().filter(id=ids[0]))
        assert pool.submit(sweep).result() == 2
    assert schedule.sweep(at) == 1
