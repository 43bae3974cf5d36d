"""Every task that the clock calls does its work in a city where nothing has happened yet."""

import asyncio
import inspect

import pytest
from procrastinate.contrib.django import app

CALLED = sorted({name for name, _ in app.periodic_registry.periodic_tasks})
OF_THE_QUEUE = {name for name in CALLED if app.tasks[name].pass_context}


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in CALLED if name not in OF_THE_QUEUE])
def test_a_task_of_the_clock_runs(name):
    task = app.tasks[name]
    given = {"timestamp": 0} if "timestamp" in inspect.signature(task.func).parameters else {}
    answer = task.func(**given)
    assert not asyncio.iscoroutine(answer)
    assert answer is None
