"""What the clock ought to have called and did not is seen."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from procrastinate.contrib.django import app

from quartermaster.jobs import calls
from quartermaster.reports.health import Verdict, examine

pytestmark = pytest.mark.django_db

MINUTELY = "quartermaster.usage.import_tasks.tick"
NIGHTLY = "quartermaster.usage.import_tasks.forget"


@pytest.fixture
def noon():
    """Noon (UTC), two days after the schema was last changed."""
    day = timezone.now() + timedelta(days=2)
    return day.replace(hour=12, minute=0, second=0, microsecond=0)


def called(name, at):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)"
            " VALUES (%s, '', %s)",
            [name, int(at.timestamp())],
        )


def schedule(at):
    (finding,) = [item for item in examine(at) if item.check == "schedule"]
    return finding


def test_nothing_is_missed_in_a_house_that_was_just_made():
    last = MigrationRecorder.Migration.objects.latest("applied").applied
    assert calls.missed(last + timedelta(seconds=1)) == []


def test_whatever_was_never_called_is_missed(noon):
    every = sorted({name for name, _ in app.periodic_registry.periodic_tasks})
    assert calls.missed(noon) == every
    finding = schedule(noon)
    assert finding.verdict is Verdict.BAD
    assert f"{len(every)} tasks were not called when due ({every[0]}, " in finding.sentence


@pytest.mark.parametrize(("ago", "missed"), [(0, False), (1, True)])
def test_what_is_called_once_a_night_was_called_last_night(noon, ago, missed):
    called(NIGHTLY, noon.replace(hour=3, minute=11) - timedelta(days=ago))
    assert (NIGHTLY in calls.missed(noon)) is missed


@pytest.mark.parametrize(("ago", "missed"), [(14, False), (17, True)])
def test_a_quarter_of_an_hour_is_waited(noon, ago, missed):
    called(MINUTELY, noon - timedelta(minutes=ago))
    assert (MINUTELY in calls.missed(noon)) is missed


def test_a_house_whose_clock_calls_everything_is_well(noon):
    for name, _ in app.periodic_registry.periodic_tasks:
        called(name, noon)
    assert schedule(noon).verdict is Verdict.GOOD
