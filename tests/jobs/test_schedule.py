"""How often the clock calls: what is said to be every ten seconds is."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from procrastinate.contrib.django import app

OFTEN = ("quartermaster.jobs.tasks.sweep", "quartermaster.mdm.tasks.wake_overdue")


@pytest.mark.parametrize("name", OFTEN)
def test_what_heals_lost_wake_ups_runs_every_ten_seconds(name):
    entries = app.periodic_registry.periodic_tasks.items()
    (entry,) = [item for (task, _), item in entries if task == name]
    times = entry.croniter
    times.set_current(datetime(2026, 11, 24, 15, 3, 1, tzinfo=UTC).timestamp(), force=True)
    seconds = [times.get_next(float) for _ in range(60)]
    assert {after - before for before, after in pairwise(seconds)} == {10}


def test_nothing_else_runs_more_than_once_a_minute():
    crons = {
        task: item.cron
        for (task, _), item in app.periodic_registry.periodic_tasks.items()
        if len(item.cron.split()) > 5
    }
    assert sorted(crons) == sorted(OFTEN)
