"""Whether a passcode meets a password policy, as a device would judge it."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

SHORTEST_ROW = 3


def complies(passcode: str, rules: Mapping[str, Any]) -> bool:
    """Whether ``passcode`` (empty: none) meets the rules of one payload."""
    if not passcode:
        return not rules.get("forcePIN", False)
    return (
        len(passcode) >= rules.get("minLength", 0)
        and (rules.get("allowSimple", True) or not is_simple(passcode))
        and (not rules.get("requireAlphanumeric", False) or any(c.isalpha() for c in passcode))
        and sum(not c.isalnum() for c in passcode) >= rules.get("minComplexChars", 0)
    )


def is_simple(passcode: str) -> bool:
    """Repeated characters, or a row up or down: 1111, 1234, CBA."""
    steps = {ord(after) - ord(before) for before, after in pairwise(passcode)}
    return len(passcode) < SHORTEST_ROW or (len(steps) == 1 and steps <= {-1, 0, 1})
