"""From what is asked for to a query of the database's full text, out of lexemes it gave itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from quartermaster.records.rules.asking import All, Either, Leaf, Near, Not, Tree, leaves
from quartermaster.records.rules.texts import folded

_NUMBER = re.compile(r"R-\d{4}-\d{1,9}", re.IGNORECASE)


@dataclass(frozen=True)
class Lexed:
    """How a leaf stands in the two languages of the index: stems, and words as they are."""

    stems: str
    plain: str


def quoted(lexeme: str) -> str:
    """A lexeme as a query writes it."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def query_of(tree: Tree | None, lexed: Mapping[Leaf, Lexed]) -> str:
    """The query; empty where nothing is asked for.

    Words that say nothing ("the") are left out, unless there are no others.
    """
    if tree is None:
        return ""
    return _of(tree, lexed, plain=False) or _of(tree, lexed, plain=True)


def gate_of(tree: Tree | None, lexed: Mapping[Leaf, Lexed]) -> str:
    """What an index can answer of a query in which words are near each other: that both are there.

    It lets everything pass that the query finds, and more; empty where nothing is near, or
    nothing is certain.
    """
    near = tree is not None and _has_near(tree)
    return _gate(tree, lexed) if near and tree is not None else ""


def _has_near(tree: Tree) -> bool:
    match tree:
        case Near():
            return True
        case Not(part):
            return _has_near(part)
        case All(parts) | Either(parts):
            return any(map(_has_near, parts))
        case Leaf():
            return False


def _gate(tree: Tree, lexed: Mapping[Leaf, Lexed]) -> str:
    """Empty says: anything may pass."""
    match tree:
        case Near(left, right):
            both = [_stems(leaf, lexed, plain=False) for leaf in (left, right)]
            return _joined(" & ", both)
        case All(parts):
            return _joined(" & ", [_gate(part, lexed) for part in parts])
        case Either(parts):
            ways = [_gate(part, lexed) for part in parts]
            return _joined(" | ", ways) if all(ways) else ""
        case Not(part) if _has_near(part):
            return ""
        case _:
            return _of(tree, lexed, plain=False)


def any_of(tree: Tree | None, lexed: Mapping[Leaf, Lexed]) -> str:
    """The query of whatever may be marked in what was found."""
    parts = dict.fromkeys(_leaf(leaf, lexed, plain=False) for leaf in leaves(tree))
    return " | ".join(part for part in parts if part)


def _of(tree: Tree, lexed: Mapping[Leaf, Lexed], *, plain: bool) -> str:
    match tree:
        case Leaf():
            return _leaf(tree, lexed, plain=plain)
        case Near():
            return _near(tree, lexed, plain=plain)
        case Not(part):
            inner = _of(part, lexed, plain=plain)
            return f"!({inner})" if inner else ""
        case All(parts):
            return _joined(" & ", [_of(part, lexed, plain=plain) for part in parts])
        case Either(parts):
            return _joined(" | ", [_of(part, lexed, plain=plain) for part in parts])


def _joined(sign: str, parts: list[str]) -> str:
    there = [part for part in parts if part]
    return f"({sign.join(there)})" if len(there) > 1 else "".join(there)


def _near(near: Near, lexed: Mapping[Leaf, Lexed], *, plain: bool) -> str:
    left, right = (_stems(leaf, lexed, plain=plain) for leaf in (near.left, near.right))
    if not left or not right:
        return left or right
    ways = [(a, b) for a, b in ((left, right), (right, left))]
    each = [f"({a} <{n}> {b})" for a, b in ways for n in range(1, near.distance + 1)]
    return _joined(" | ", each)


def _stems(leaf: Leaf, lexed: Mapping[Leaf, Lexed], *, plain: bool) -> str:
    """A leaf in one form alone: places are compared for each, and that takes time."""
    known = lexed.get(leaf)
    return known.stems if known and known.stems else _leaf(leaf, lexed, plain=plain)


def _leaf(leaf: Leaf, lexed: Mapping[Leaf, Lexed], *, plain: bool) -> str:
    if leaf.kind == "phone":
        return quoted(leaf.text)
    known = lexed.get(leaf, Lexed("", ""))
    if leaf.kind == "prefix":
        begun = f"{quoted(folded(leaf.text).lower())}:*"
        return _joined(" | ", [begun, known.stems])
    if _NUMBER.fullmatch(leaf.text):
        return quoted(leaf.text.lower())
    if not known.stems and not plain:
        return ""
    alternatives = [text for text in dict.fromkeys((known.stems, known.plain)) if text]
    return _joined(" | ", [f"({text})" if " " in text else text for text in alternatives])
