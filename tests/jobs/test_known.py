"""Whatever a room declares as a task, or wakes up by name, the worker knows."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
from procrastinate.contrib.django import app
from procrastinate.tasks import Task

import quartermaster

SOURCE = Path(quartermaster.__file__).parent
NAME = re.compile(r"quartermaster(\.[a-z_]+)*\.([a-z_]+_)?tasks\.[a-z_]+")
MODULES = sorted(
    ".".join(("quartermaster", *path.relative_to(SOURCE).with_suffix("").parts))
    for path in SOURCE.rglob("*tasks.py")
)


def declared(module: str) -> dict[str, Task]:
    """The tasks of a module, by the names of their functions."""
    found = vars(import_module(module))
    return {name: item for name, item in found.items() if isinstance(item, Task)}


@pytest.mark.parametrize("module", MODULES)
def test_the_worker_knows_every_task_of_every_room(module):
    tasks = declared(module)
    assert tasks
    assert {item.name: app.tasks.get(item.name) for item in tasks.values()} == {
        item.name: item for item in tasks.values()
    }


@pytest.mark.parametrize("module", MODULES)
def test_the_clock_calls_whatever_is_said_to_be_called(module):
    source = Path(import_module(module).__file__)
    said = {
        item.name
        for item in ast.parse(source.read_text()).body
        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)
        and any(ast.unparse(by).startswith("periodic(") for by in item.decorator_list)
    }
    called = {name for name, _ in app.periodic_registry.periodic_tasks}
    tasks = declared(module)
    assert {tasks[name].name for name in said} <= called


def test_tasks_stand_where_rooms_are_searched_for_them():
    """A task that is declared elsewhere would be known only where something else imports it."""
    elsewhere = [
        path.name
        for path in SOURCE.rglob("*.py")
        if not path.stem.endswith("tasks") and "@task(" in path.read_text()
    ]
    assert elsewhere == []
    assert [name for name in MODULES if len(name.split(".")) != 3] == []


def test_whoever_is_woken_by_name_is_known():
    """The names that code spells out (constants, wake-ups of an act) are names of tasks."""
    spelt = {
        item.value
        for path in SOURCE.rglob("*.py")
        for item in ast.walk(ast.parse(path.read_text()))
        if isinstance(item, ast.Constant)
        and isinstance(item.value, str)
        and NAME.fullmatch(item.value)
    }
    assert len(spelt) > 50
    assert spelt <= set(app.tasks) | set(MODULES)


def test_what_an_act_wakes_waits_behind_no_other_of_its_kind():
    """A lock would refuse the act itself while the clock's call is queued."""
    woken = {
        name
        for path in SOURCE.rglob("*.py")
        for item in ast.walk(ast.parse(path.read_text()))
        if isinstance(item, ast.Call) and ast.unparse(item.func).endswith(".wake_up")
        for name in [getattr(module_of(path), ast.unparse(item.args[0]))]
    }
    assert len(woken) > 3
    assert {name: app.tasks[name].queueing_lock for name in woken} == dict.fromkeys(woken)


def module_of(path: Path) -> object:
    return import_module(
        ".".join(("quartermaster", *path.relative_to(SOURCE).with_suffix("").parts))
    )
