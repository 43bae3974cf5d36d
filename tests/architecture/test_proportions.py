"""The house keeps its proportions: small modules, small functions, one furniture."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "src" / "quartermaster"
ROOMS = (
    *("org", "policy", "inventory", "records", "mdm", "billing", "usage"),
    *("lifecycle", "compliance", "disclosure"),
    *("notify", "files", "jobs", "audit"),
)
LONGEST_MODULE, LONGEST_TEST, LONGEST_FUNCTION = 400, 600, 60


def modules(folder: Path) -> Iterator[Path]:
    return (p for p in sorted(folder.rglob("*.py")) if "migrations" not in p.parts)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize(
    ("folder", "limit"), [(HOUSE, LONGEST_MODULE), (ROOT / "tests", LONGEST_TEST)]
)
def test_modules_are_short(folder, limit):
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules(folder)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > limit
    }
    assert long == {}


def test_functions_are_short():
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in modules(HOUSE)
        for node in functions(path)
        if (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_says_what_it_is(room):
    text = (HOUSE / room / "README.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {room}\n")
    assert "May touch" in text


def _keyword_only_action(node: ast.FunctionDef) -> bool:
    names = {argument.arg for argument in node.args.kwonlyargs}
    return {"actor", "at"} <= names and not node.args.args


def test_actions_are_keyword_only_and_documented():
    """Who opens an act takes the actor and the instant, and says what is done."""
    odd = []
    for path in modules(HOUSE):
        if "actions" not in path.parts and path.stem != "actions":
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            opens = any(
                isinstance(part, ast.With)
                and any("act(" in ast.unparse(item.context_expr) for item in part.items)
                for part in ast.walk(node)
            )
            if opens and not (_keyword_only_action(node) and ast.get_docstring(node)):
                odd.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert odd == []


def test_only_the_clock_reads_the_clock():
    """Time is an argument; only doors, tasks and the clock itself ask what time it is."""
    allowed = {"kernel/clock.py", "simulators/clock.py"}  # the house's, and the devices' own
    odd = []
    for path in modules(HOUSE):
        name = str(path.relative_to(HOUSE))
        text = path.read_text(encoding="utf-8")
        door = path.stem == "worker" or path.stem.rpartition("_")[2] == "tasks"
        inside = name.split("/", maxsplit=1)[0] in ROOMS and not door
        reads = "datetime.now(" in text or "timezone.now(" in text
        if (reads and name not in allowed) or (inside and "clock import now" in text):
            odd.append(name)
    assert odd == []
