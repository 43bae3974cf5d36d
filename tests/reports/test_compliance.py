"""The report on compliance, for whom it counts what."""

import csv
from datetime import timedelta
from io import StringIO

import pytest

from quartermaster.kernel.permits import NOBODY
from quartermaster.reports.compliance import Cure, Tally, clause_order, report, report_csv
from quartermaster.reports.models import ComplianceDay
from quartermaster.reports.snapshot import take_snapshot
from quartermaster.reports.standing import COLUMNS, departments_reported
from tests.factories.compliance import EvaluationFactory, FindingFactory
from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import EnrolmentFactory

pytestmark = pytest.mark.django_db


def managed(holder):
    device = DeviceFactory(holder=holder, department=holder.department)
    return EnrolmentFactory(device=device).device


def counts(**given):
    return dict.fromkeys(COLUMNS, 0) | given


@pytest.fixture
def fleet(cast):
    EvaluationFactory(device=managed(cast.ana), state="fail")
    EvaluationFactory(device=managed(cast.sue), state="pass")
    EvaluationFactory(device=managed(cast.rex), state="unknown", check_name="os", title="System")
    return cast


@pytest.mark.clause("G-10")
@pytest.mark.parametrize(
    ("who", "devices", "departments"),
    [
        ("ida", 3, ["Public Library", "Water Works"]),
        ("cole", 2, ["Water Works"]),
        ("ana", 0, []),
        ("sue", 0, []),
        ("rex", 0, []),
    ],
)
def test_everyone_gets_a_report_on_their_departments(fleet, at, who, devices, departments):
    found = report(fleet.acting(getattr(fleet, who)), at)
    assert found.devices == devices
    assert [tally.name for tally in found.departments] == departments


def test_what_the_clock_counted_is_the_same_and_says_when(fleet, at):
    take_snapshot(at)
    for who in ("ida", "cole", "rex"):
        actor = fleet.acting(getattr(fleet, who))
        fresh = report(actor, at)
        kept = report(actor, at + timedelta(minutes=5), by_clock=True)
        assert (kept.whole, kept.departments, kept.checks) == (
            fresh.whole,
            fresh.departments,
            fresh.checks,
        )
        assert (fresh.counted_at, kept.counted_at) == (None, None if who == "rex" else at)
    old = report(fleet.acting(fleet.ida), at + timedelta(minutes=15), by_clock=True)
    assert old.counted_at is None


def test_counts_of_the_whole_and_of_each(fleet, at):
    found = report(fleet.acting(fleet.ida), at)
    assert found.whole.counts == counts(passing=1, failing=1, unknown=1)
    assert (found.whole.asked, found.whole.unsure, found.whole.share) == (3, 1, 33)
    assert found.checks == (
        Tally("Passcode", counts(passing=1, failing=1), "G-3"),
        Tally("System", counts(unknown=1), "G-3"),
    )
    water = report(fleet.acting(fleet.ida), at, fleet.water.id)
    assert water.whole.counts == counts(passing=1, failing=1)
    assert report(fleet.acting(fleet.cole), at, fleet.library.id).devices == 0


def test_where_nothing_applies_there_is_no_share():
    assert Tally("x", counts(not_applicable=3)).share is None


@pytest.mark.clause("G-10")
def test_the_course_of_days(fleet, at):
    take_snapshot(at - timedelta(days=91))
    take_snapshot(at - timedelta(days=1))
    take_snapshot(at)
    ida, cole = fleet.acting(fleet.ida), fleet.acting(fleet.cole)
    assert [(day.day, tally.share) for day, tally in report(ida, at).days] == [(23, 33), (24, 33)]
    assert [tally.share for _, tally in report(cole, at).days] == [50, 50]
    assert report(fleet.acting(fleet.rex), at).days == ()
    assert ComplianceDay.objects.count() == 6


@pytest.mark.clause("C-1")
def test_ages_of_what_is_open(cast, at):
    for days in (0, 7, 8, 14, 20, 31, 90, 91, 400):
        FindingFactory(device=managed(cast.ana), opened_at=at - timedelta(days=days))
    FindingFactory(device=managed(cast.ana), state="cured", closed_at=at)
    FindingFactory(device=managed(cast.rex), opened_at=at)
    ages = dict(report(cast.acting(cast.cole), at).ages)
    assert ages == {
        "Up to a week": 1,
        "Up to two weeks": 2,
        "Up to a month": 2,
        "Up to three months": 1,
        "Longer": 3,
    }


@pytest.mark.clause("C-1")
def test_time_to_put_right(cast, at):
    for days, severity, state in (
        (1, "high", "cured"),
        (3, "high", "cured"),
        (50, "high", "cured"),
        (2, "low", "cured"),
        (9, "high", "withdrawn"),
    ):
        FindingFactory(
            device=managed(cast.ana),
            severity=severity,
            state=state,
            opened_at=at - timedelta(days=days),
            closed_at=at,
        )
    long_ago = at - timedelta(days=100)
    FindingFactory(state="cured", opened_at=long_ago, closed_at=at - timedelta(days=95))
    cures = report(cast.acting(cast.ida), at).cures
    assert [(cure.severity, cure.many, cure.within) for cure in cures] == [
        ("high", 3, "3 days"),
        ("low", 1, "2 days"),
    ]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "1 hour"), (60, "1 hour"), (61, "2 hours"), (47 * 60, "47 hours"), (70 * 60, "3 days")],
)
def test_a_median_in_words(minutes, words):
    assert Cure("low", 1, timedelta(minutes=minutes)).within == words


def test_clauses_stand_as_the_policy_has_them():
    assert sorted(["X-1", "G-10", "S-2", "G-3"], key=clause_order) == ["S-2", "G-3", "G-10", "X-1"]


def test_csv_has_a_line_for_each_check_and_no_name(fleet):
    text = report_csv(fleet.acting(fleet.ida))
    lines = list(csv.DictReader(StringIO(text)))
    found = [
        (one["department"], one["check"], one["pass" + "ing"], one["failing"]) for one in lines
    ]
    assert found == [("LIB", "System", "0", "0"), ("WATER", "Passcode", "1", "1")]
    assert "Reyes" not in text
    assert len(report_csv(fleet.acting(fleet.rex)).splitlines()) == 1


def test_a_title_is_no_formula(cast):
    EvaluationFactory(device=managed(cast.ana), title="=1+1")
    assert "'=1+1" in report_csv(cast.acting(cast.ida))


def test_nobody_has_a_report_on_anything(fleet, at):
    assert list(departments_reported(NOBODY)) == []
    assert report(NOBODY, at).whole.counts == counts()
