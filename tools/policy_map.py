"""Writes docs/policy-map.md from the controls and from the clause marks of the tests."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from quartermaster.policy.controls import REQUIREMENT_IDS, controls_of

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"
PAGE = ROOT / "docs" / "policy-map.md"
HEAD = """# Policy map

For each requirement of the policy: what it asks, the controls that carry it out, and the tests
that prove them. What is *planned* is not there yet. This page is written by `make docs` from the
catalogue of controls (`policy/data/controls.yaml`) and the clause marks of the tests; the page
`/policy/trace` adds the live evidence.

Kinds: T enforced or observed on the device · W workflow or approval · R record or evidence ·
I acknowledged by a person.
"""


def clause_marks(tests: Path = TESTS) -> dict[str, set[str]]:
    """For each id, the test modules that are marked with it."""
    found: dict[str, set[str]] = {}
    for path in sorted(tests.rglob("test_*.py")):
        for clause in _marks(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(clause, set()).add(path.relative_to(tests.parent).as_posix())
    return found


def _marks(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "clause"
        ):
            for word in node.args:
                if isinstance(word, ast.Constant) and isinstance(word.value, str):
                    yield word.value


def page() -> str:
    marks = clause_marks()
    return HEAD + "".join(_section(clause, marks.get(clause, set())) for clause in REQUIREMENT_IDS)


def _section(clause: str, tests: set[str]) -> str:
    parts = [f"\n## {clause}\n\n"]
    parts += [f"{demand}\n\n" for demand in dict.fromkeys(c.demand for c in controls_of(clause))]
    parts.append("| control | kind | status | what the system does |\n|---|---|---|---|\n")
    parts += [
        f"| `{item.id}` | {item.kind} | {item.status.value} | {item.system} |\n"
        for item in controls_of(clause)
    ]
    proofs = ", ".join(f"`{name}`" for name in sorted(tests)) or "none yet"
    parts.append(f"\nTests: {proofs}\n")
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name} written\n")
