"""Call detail is read in one place, which asks the grant (G-9).

Each rule is tried on source that breaks it, so that a rule which finds nothing is known to look.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.test_proportions import HOUSE, modules

pytestmark = pytest.mark.clause("G-9")
WAREHOUSE = "usage/warehouse/"
LOOKING = "usage/actions/detail_requests/looking.py"
SUMS = "usage/actions/summarising.py"  # asks for sums alone; see below
OPENS = frozenset({"reading", "exporting"})


def imported(tree: ast.AST) -> Iterator[str]:
    """The modules of the warehouse that a module imports."""
    inside = "quartermaster.usage.warehouse"
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == inside:
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{inside}."):
            yield str(node.module).rpartition(".")[2]
        elif isinstance(node, ast.Import):
            yield from (n.name.rpartition(".")[2] for n in node.names if inside in n.name)


def used(tree: ast.AST) -> set[str]:
    """Every name that a module uses as an attribute or by itself."""
    found = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return found | {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def sources() -> Iterator[tuple[str, ast.AST]]:
    for path in modules(HOUSE):
        name = path.relative_to(HOUSE).as_posix()
        if not name.startswith(WAREHOUSE):
            yield name, ast.parse(path.read_text())


def test_the_rules_see_what_they_forbid():
    source = (
        "from quartermaster.usage.warehouse import reading as r\n"
        "import quartermaster.usage.warehouse.exporting\n"
        "from quartermaster.usage.warehouse.questions import history\nhistory(1)"
    )
    tree = ast.parse(source)
    assert sorted(imported(tree)) == ["exporting", "questions", "reading"]
    assert "history" in used(tree)


def test_the_warehouse_is_opened_by_two_modules_alone():
    opening = {name for name, tree in sources() if set(imported(tree)) & OPENS}
    assert opening <= {LOOKING, SUMS}
    assert LOOKING in opening


def test_single_rows_are_asked_for_by_one_module_alone():
    asking = {
        name
        for name, tree in sources()
        if "questions" in set(imported(tree)) and "history" in used(tree)
    }
    assert asking == {LOOKING}


def test_sums_name_no_other_party():
    path = HOUSE / SUMS
    if path.exists():
        assert not used(ast.parse(path.read_text())) & {"history", "DETAIL", "other", "dataset"}


def test_no_door_and_no_report_touches_the_warehouse():
    doors = ("web/", "api/", "cli/", "devices/", "reports/", "disclosure/", "compliance/")
    touching = {name for name, tree in sources() if name.startswith(doors) and set(imported(tree))}
    assert touching == set()


def test_looking_is_called_by_the_page_of_the_request_alone():
    calling = set()
    for name, tree in sources():
        text = ast.unparse(tree)
        if "export_detail(" in text or "verbs.look(" in text or "detail_requests.look(" in text:
            calling.add(name)
    assert calling == {"web/detail_requests/acts.py", LOOKING}


def test_the_text_of_refused_rows_is_opened_nowhere():
    opening = {name for name, tree in sources() if "unseal_row" in used(tree)}
    assert opening <= {"usage/sealing.py"}
