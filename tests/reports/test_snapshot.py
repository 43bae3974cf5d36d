"""The counts of each day."""

from datetime import date, timedelta

import pytest

from quartermaster.compliance.models import Evaluation, Look
from quartermaster.compliance.rules.outcome import State
from quartermaster.org.models import Department
from quartermaster.reports.models import ComplianceDay
from quartermaster.reports.snapshot import take_snapshot
from quartermaster.reports.standing import COLUMNS, days_reported
from quartermaster.reports.tasks import counts
from tests.factories.compliance import EvaluationFactory
from tests.factories.inventory import DeviceFactory, PersonalDeviceFactory
from tests.factories.mdm import EnrolmentFactory
from tests.factories.org import PersonFactory

pytestmark = pytest.mark.django_db


def evaluated(department, *states, **more):
    device = DeviceFactory(holder=PersonFactory(department=department))
    EnrolmentFactory(device=device)
    return [
        EvaluationFactory(device=device, state=state, check_name=f"check-{number}", **more)
        for number, state in enumerate(states)
    ]


def kept():
    columns = ("day", "department__code", "check_name", *COLUMNS)
    return {
        (day, code, check): {name: many for name, many in zip(COLUMNS, rest, strict=True) if many}
        for day, code, check, *rest in ComplianceDay.objects.values_list(*columns)
    }


@pytest.mark.clause("G-10")
def test_states_are_counted_by_department_and_check(cast, at):
    day = date(2026, 11, 24)
    for state in State:
        evaluated(cast.water, state)
    evaluated(cast.water, "fail")
    evaluated(cast.library, "pass")
    assert take_snapshot(at) == 2
    assert kept() == {
        (day, "WATER", "check-0"): dict.fromkeys(COLUMNS, 1) | {"failing": 2},
        (day, "LIB", "check-0"): {"passing": 1},
    }


def test_what_is_not_managed_is_not_counted(cast, at):
    EvaluationFactory(device=DeviceFactory(department=cast.water))
    assert take_snapshot(at) == 0


def test_what_cannot_be_answered_is_counted_apart_and_part_of_no_report(cast, at):
    evaluated(cast.water, "unknown", answerable=False)
    evaluated(cast.library, "unknown", answerable=False)
    evaluated(cast.library, "unknown")
    assert take_snapshot(at) == 2
    rows = ComplianceDay.objects.order_by("department__code").values_list("unknown", "unanswerable")
    assert list(rows) == [(1, 1), (0, 1)]
    reported = days_reported(cast.acting(cast.ida), at)
    assert [row.department for row in reported] == [cast.library]


def test_it_is_kept_when_a_device_was_looked_at_last(cast, at):
    older, newer = evaluated(cast.water, "pass") + evaluated(cast.water, "fail")
    for row, hours in ((older, 3), (newer, 1)):
        Look.objects.create(
            device=row.device,
            stamp="",
            looked_at=at - timedelta(hours=hours),
            stands_until=at + timedelta(hours=1),
        )
    take_snapshot(at)
    assert ComplianceDay.objects.get().looked_at == at - timedelta(hours=1)


def test_today_is_written_anew_and_yesterday_stays(cast, at):
    (row,) = evaluated(cast.water, "fail")
    take_snapshot(at)
    row.state = "pass"
    row.save()
    take_snapshot(at + timedelta(hours=1))
    take_snapshot(at + timedelta(days=1))
    assert kept() == {
        (date(2026, 11, 24), "WATER", "check-0"): {"passing": 1},
        (date(2026, 11, 25), "WATER", "check-0"): {"passing": 1},
    }


def test_what_is_not_asked_any_more_leaves_today(cast, at):
    evaluated(cast.water, "fail", "pass")
    take_snapshot(at)
    Evaluation.objects.filter(check_name="check-1").delete()
    assert take_snapshot(at + timedelta(minutes=1)) == 1
    assert {check for _, _, check in kept()} == {"check-0"}


def test_ownerships_are_told_apart(cast, at):
    evaluated(cast.water, "fail")
    device = EnrolmentFactory(device=PersonalDeviceFactory(holder=cast.ana)).device
    EvaluationFactory(device=device, check_name="check-0", state="pass")
    take_snapshot(at)
    found = ComplianceDay.objects.values_list("ownership", "failing", "passing")
    assert sorted(found) == [("city", 1, 0), ("personal", 0, 1)]


def test_the_day_is_the_citys(cast, at, settings):
    settings.TIME_ZONE = "America/Chicago"
    evaluated(cast.water, "fail")
    take_snapshot(at.replace(hour=4))  # still the evening before, there
    assert {day for day, _, _ in kept()} == {date(2026, 11, 23)}


def test_queries_do_not_grow_with_the_fleet(cast, at, django_assert_num_queries):
    for _ in range(5):
        evaluated(cast.water, "fail", "pass")
    evaluated(Department.objects.create(code="X", name="X"), "pass")
    with django_assert_num_queries(5):  # count, save point, write, clear, release
        take_snapshot(at)


def test_the_clock_takes_it(cast):
    evaluated(cast.water, "fail")
    counts(0)
    assert ComplianceDay.objects.count() == 1
