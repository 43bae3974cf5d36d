"""A line is suspended, restored, cancelled or given another SIM by orders to its carrier alone.

The rule is tried on source that breaks it, so that a rule which finds nothing is known to look.
"""

import ast
from collections.abc import Iterator

from tests.architecture.test_proportions import HOUSE, modules

BY_ORDER = frozenset({"suspend", "restore", "cancel"})
OWN = ("billing/actions/line_orders/", "inventory/actions/")


def moves(tree: ast.AST) -> Iterator[str]:
    """How a module moves lines: the verb where it is written there, or that it is not."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name == "swap_sim":
            yield name
        elif name == "move_line":
            verb = next((word.value for word in node.keywords if word.arg == "verb"), None)
            yield verb.value if isinstance(verb, ast.Constant) else "any"


def test_the_rule_sees_what_it_forbids():
    source = "inventory.move_line(line_id=x, verb='suspend')\nswap_sim(line_id=x, sim_id=y)"
    assert list(moves(ast.parse(source))) == ["suspend", "swap_sim"]


def test_lines_follow_the_carriers_word_alone():
    found = {}
    for path in modules(HOUSE):
        name = path.relative_to(HOUSE).as_posix()
        if name.startswith(OWN):
            continue
        done = set(moves(ast.parse(path.read_text())))
        if done & (BY_ORDER | {"swap_sim", "any"}):
            found[name] = done
    assert found == {"web/inventory/views/lines.py": {"any"}}


def test_the_page_of_a_line_moves_it_in_two_ways_that_no_carrier_is_asked_for():
    tree = ast.parse((HOUSE / "web/inventory/views/lines.py").read_text())
    verbs = {
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and any(getattr(target, "id", "") == "verb" for target in node.targets)
    }
    assert verbs == {"activate", "port out"}
