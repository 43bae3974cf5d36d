"""Values of settings as OSCAL writes them, a list of lines, and back.

OSCAL knows no order of strictness and no empty value, so what asks for nothing is written out too:
a profile can then say that a department is not held to a setting. Words in parentheses cannot be
taken for software: no identifier begins so.
"""

from collections.abc import Sequence
from typing import Any

from quartermaster.policy.requirements import Setting

ANYTHING = "(no limit)"
NOTHING = "(none)"


def written(setting: Setting, value: Any) -> list[str]:
    """The lines that stand for a value."""
    match setting.order.kind:
        case "flag":
            return ["true" if value else "false"]
        case "versions":
            lines = [f"{platform} {version}" for platform, version in value.items()]
        case "union" | "intersection":
            lines = [ANYTHING] if value is None else sorted(value)
        case _:
            lines = [ANYTHING if value is None else str(value)]
    return lines or [NOTHING]


def read(setting: Setting, lines: Sequence[str]) -> Any:
    """The value that lines stand for, in canonical form; `Unfit` for what stands for none."""
    given = [item for item in lines if item != NOTHING]
    first = given[0] if given else NOTHING
    value: Any
    match setting.order.kind:
        case "flag":
            value = {"true": True, "false": False}.get(first)
        case "versions":
            value = dict(item.partition(" ")[::2] for item in given)
        case "union" | "intersection":
            value = None if first == ANYTHING else given
        case "ranked":
            value = first
        case _:
            value = None if first == ANYTHING else _number(first)
    return setting.order.fit(value)


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() else text
