"""Whether the clock calls what it is said to call."""

from copy import copy
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max
from procrastinate.contrib.django.models import ProcrastinatePeriodicDefer

from quartermaster.jobs.queue import app

PATIENCE = timedelta(minutes=15)


def missed(at: datetime) -> list[str]:
    """The tasks whose last call is more than a quarter of an hour overdue.

    A task counts from the last change of the schema on: an installation that was just made, or
    brought up to date, has had no time to call what is called once a day.
    """
    changed = MigrationRecorder.Migration.objects.using(connection.alias)
    since = changed.aggregate(last=Max("applied"))["last"]
    calls = ProcrastinatePeriodicDefer.objects.values("task_name")
    last = dict(calls.annotate(last=Max("defer_timestamp")).values_list("task_name", "last"))
    found = []
    for (name, _), entry in app.periodic_registry.periodic_tasks.items():
        times = copy(entry.croniter)
        times.set_current((at - PATIENCE).timestamp(), force=True)
        due = datetime.fromtimestamp(times.get_prev(float), UTC)
        if due > since and (last.get(name) or 0) < due.timestamp():
            found.append(name)
    return sorted(found)
