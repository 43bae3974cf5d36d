"""One module alone builds what destroys, and a few alone write the rows that lead to it.

Each rule is tried on source that breaks it, so that a rule which finds nothing is known to look.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.test_proportions import HOUSE, modules

BUILDERS = frozenset({"erase_device", "Erasure", "remove_management"})
ROWS = frozenset({"DestructiveRequest", "DestructiveTarget", "DestructiveApproval"})
WRITES = frozenset(
    {
        "create",
        "bulk_create",
        "get_or_create",
        "update_or_create",
        "update",
        "bulk_update",
        "save",
        "delete",
    }
)
# who may name what: a folder ends in a slash
MAY_BUILD = ("drivers/apple/wire/commands/", "drivers/apple/destruction.py")
MAY_ISSUE = ("mdm/leave.py", "mdm/destruction.py")
MAY_QUEUE = ("mdm/actions/commands.py", "mdm/destruction.py")
MAY_WRITE = ("mdm/actions/destruction/", "mdm/destruction.py", "mdm/settling.py")
MAY_SAY = (
    "drivers/apple/wire/commands/",
    "drivers/apple/destruction.py",
    "simulators/apple/",
)


def allowed(name: str, places: tuple[str, ...]) -> bool:
    return any(name.startswith(place) for place in places)


def names(tree: ast.AST) -> Iterator[str]:
    """Every name that a module uses: plain, as an attribute, or imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.ImportFrom | ast.Import):
            yield from (item.name.rpartition(".")[2] for item in node.names)


def texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            value = node.value
            yield value.decode("latin-1") if isinstance(value, bytes) else value


def writes(tree: ast.AST) -> Iterator[str]:
    """Calls that write one of the rows: ``Row.objects….update(…)``, ``Row(…).save()``."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr in WRITES and ROWS & set(names(node.func.value)):
            yield ast.unparse(node.func)


def issues(tree: ast.AST) -> Iterator[str]:
    """Taking a leave from where it is issued, under whatever name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "quartermaster.mdm.leave":
            yield from (item.name for item in node.names if item.name in {"issue", "_ISSUED"})
        taken = isinstance(node, ast.Attribute) and node.attr in {"issue", "_ISSUED"}
        if taken and ast.unparse(node.value).endswith("leave"):
            yield ast.unparse(node)
        if isinstance(node, ast.Name) and node.id == "_ISSUED":
            yield node.id


def broken(name: str, source: str) -> list[str]:
    """What a module does that it may not."""
    tree = ast.parse(source)
    found = []
    if not allowed(name, MAY_BUILD):
        found += sorted(BUILDERS & set(names(tree)))
    if not allowed(name, MAY_SAY):
        found += [text for text in texts(tree) if text == "EraseDevice"]
    if not allowed(name, MAY_ISSUE):
        found += list(issues(tree))
    if not allowed(name, MAY_QUEUE):
        found += sorted({"queue_released"} & set(names(tree)))
    if not allowed(name, MAY_WRITE):
        found += list(writes(tree))
    return found


def test_nobody_else_builds_issues_queues_or_writes_what_destroys():
    odd = {
        name: found
        for path in modules(HOUSE)
        if (name := str(path.relative_to(HOUSE)))
        and (found := broken(name, path.read_text(encoding="utf-8")))
    }
    assert odd == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from x.commands import erase_device\n", ["erase_device"]),
        ("commands.erase_device(commands.Erasure())\n", ["Erasure", "erase_device"]),
        ("commands.remove_management('x')\n", ["remove_management"]),
        ("kind = 'EraseDevice'\n", ["EraseDevice"]),
        ("mark = b'EraseDevice'\n", ["EraseDevice"]),
        ("from quartermaster.mdm.leave import issue as take\n", ["issue"]),
        ("from quartermaster.mdm import leave\nleave.issue(key)\n", ["leave.issue"]),
        ("leave._ISSUED[mark] = mine\n", ["leave._ISSUED"]),
        ("commands.queue_released(target=t)\n", ["queue_released"]),
        (
            "DestructiveRequest.objects.filter(id=1).update(state='released')\n",
            ["DestructiveRequest.objects.filter(id=1).update"],
        ),
        ("DestructiveApproval(request=r).save()\n", ["DestructiveApproval(request=r).save"]),
        (
            "models.DestructiveTarget.objects.all().delete()\n",
            ["models.DestructiveTarget.objects.all().delete"],
        ),
    ],
)
def test_the_rules_see_what_breaks_them(source, found):
    assert broken("web/mdm/views.py", source) == found


@pytest.mark.parametrize(
    "source",
    [
        "DestructiveRequest.objects.filter(id=1).first()\n",
        "from quartermaster.mdm.leave import Leave, spend\n",
        "text = 'EraseDevice is built elsewhere'\n",
        "Command.objects.filter(id=1).update(state='sent')\n",
    ],
)
def test_the_rules_leave_the_rest_alone(source):
    assert broken("drivers/windows/driver.py", source) == []


def test_the_places_that_may_exist():
    for place in (*MAY_BUILD, *MAY_ISSUE, *MAY_QUEUE, *MAY_WRITE, *MAY_SAY):
        assert (HOUSE / place).exists(), place


def test_the_driver_is_asked_to_destroy_in_one_place():
    """``driver.destroy(…)`` stands once in the house."""
    asked = [
        str(path.relative_to(HOUSE))
        for path in modules(HOUSE)
        for node in ast.walk(ast.parse(Path(path).read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "destroy"
    ]
    assert asked == ["drivers/apple/driver.py", "mdm/destruction.py"]


RECORD_GONE = ("records/destruction.py",)


def test_one_module_makes_a_stub_of_a_record():
    """What tells the triggers for which entry a record is destroyed stands there alone."""
    told = [
        str(path.relative_to(HOUSE))
        for path in modules(HOUSE)
        if any("'quartermaster.destroying'" in text for text in texts(ast.parse(path.read_text())))
    ]
    assert [name for name in told if "/migrations/" not in name] == list(RECORD_GONE)
