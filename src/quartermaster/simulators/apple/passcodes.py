"""Whether a passcode meets a password policy, as a device would judge it."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

SHORTEST_ROW = 3
# what a declaration says, in the words of a profile; None: judged by nothing that is simulated
DECLARED_RULES: Mapping[str, str | None] = {
    "RequirePasscode": "forcePIN",
    "RequireAlphanumericPasscode": "requireAlphanumeric",
    "MinimumLength": "minLength",
    "MinimumComplexCharacters": "minComplexChars",
    "RequireComplexPasscode": "allowSimple",
    "MaximumFailedAttempts": None,
    "MaximumGracePeriodInMinutes": None,
    "MaximumInactivityInMinutes": None,
    "MaximumPasscodeAgeInDays": None,
    "PasscodeReuseLimit": None,
}


def rules_of(declared: Mapping[str, Any]) -> dict[str, Any]:
    """The rules of a declared passcode policy as a profile would say them."""
    found = {DECLARED_RULES[key]: value for key, value in declared.items()}
    if declared.get("RequireComplexPasscode"):
        found["allowSimple"] = False
    else:
        found.pop("allowSimple", None)
    return {key: value for key, value in found.items() if key} | {"forcePIN": bool(declared)}


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
