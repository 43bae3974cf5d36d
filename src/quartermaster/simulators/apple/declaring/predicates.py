"""Predicates of activations, as far as a policy needs them.

Comparisons of a status item or a property with a text, joined by AND, OR and NOT in that order of
binding from OR outwards; no brackets.
"""

import re
from collections.abc import Callable, Mapping

_TERM = re.compile(
    r"""\s*@(?P<source>status|property)\((?P<name>[A-Za-z0-9._-]+)\)\s*(?P<operator>==|!=)\s*"""
    r"""(?P<quote>["'])(?P<text>[^"']*)(?P=quote)\s*"""
)
Lookup = Callable[[str], object]


class BadPredicate(ValueError):  # noqa: N818 (an outcome)
    """It cannot be parsed."""


def holds(predicate: str, status: Lookup, properties: Mapping[str, object]) -> bool:
    """Whether a predicate is true of a device.

    Raises:
        BadPredicate: it cannot be parsed.
    """
    return any(
        all(_term(part, status, properties) for part in _split(clause, "AND|&&"))
        for clause in _split(predicate, r"OR|\|\|")
    )


def _split(text: str, word: str) -> list[str]:
    """Parts between a word; what stands in quotes is left alone."""
    pieces = re.split(rf"""\s+(?:{word})\s+(?=(?:[^"']*["'][^"']*["'])*[^"']*$)""", text)
    return list(pieces)


def _term(text: str, status: Lookup, properties: Mapping[str, object]) -> bool:
    text = text.strip()
    if text in {"TRUEPREDICATE", "FALSEPREDICATE"}:
        return text == "TRUEPREDICATE"
    for word in ("NOT ", "!"):
        if text.startswith(word):
            return not _term(text.removeprefix(word), status, properties)
    found = _TERM.fullmatch(text)
    if found is None:
        raise BadPredicate(f"“{text[:80]}” is no predicate.")
    name = found["name"]
    value = status(name) if found["source"] == "status" else properties.get(name)
    return (str(value) == found["text"]) == (found["operator"] == "==")
