"""The language of searches: words, phrases, either, not, beginnings, nearness, and filters.

`burst main` both; `"burst main"` the phrase; `valve OR pump`; `-draft`; `reserv*`;
`valve NEAR/5 leak`; `(valve OR pump) leak`; `from:reyes with:"pipe works" after:2026-10 kind:chat`.
Whatever somebody writes means something: what is not closed closes at the end.
"""

import re
from dataclasses import dataclass

from quartermaster.records.rules.texts import phone_lexeme

LONGEST, MOST_LEAVES, DEEPEST = 300, 32, 8
NEAR_MOST, NEAR_DEFAULT = 10, 5
KEYS = frozenset(
    (
        *("from", "with", "before", "after", "on", "kind", "series", "held"),
        *("origin", "device", "department", "has", "number"),
    )
)

_PHONE = r"\+?\(?\d[\d().\-/ ]{5,20}\d(?![\w.])"
_TOKEN = re.compile(
    rf"""\s*(?:
      (?P<open>\() | (?P<close>\))
    | (?P<not>-(?=[\w"(]))
    | (?P<key>[a-z]+):(?:"(?P<quoted>[^"]*)"?|(?P<value>[^\s()"]+))
    | "(?P<phrase>[^"]*)"?
    | (?P<phone>{_PHONE})
    | (?P<word>[^\s()"]+)
    )""",
    re.VERBOSE,
)
_NEAR = re.compile(r"NEAR(?:/(\d{1,2}))?")


@dataclass(frozen=True)
class Leaf:
    """A word, the beginning of one, a phrase, or a telephone number as the index has it."""

    text: str
    kind: str = "word"


@dataclass(frozen=True)
class Near:
    """Two leaves within so many words of one another, in either order."""

    left: Leaf
    right: Leaf
    distance: int


@dataclass(frozen=True)
class Not:
    """What must not occur."""

    part: "Tree"


@dataclass(frozen=True)
class All:
    """What must all occur."""

    parts: tuple["Tree", ...]


@dataclass(frozen=True)
class Either:
    """Of what one must occur."""

    parts: tuple["Tree", ...]


Tree = Leaf | Near | Not | All | Either


@dataclass(frozen=True)
class Filter:
    """A filter as it was written."""

    key: str
    value: str
    negated: bool = False


@dataclass(frozen=True)
class Asked:
    """What somebody asked for: words, and filters of the whole."""

    tree: Tree | None = None
    filters: tuple[Filter, ...] = ()


def asked(text: str) -> Asked:
    """What a text asks for. It never fails: what makes no sense is looked for as words."""
    return _Reader(text.replace("\x00", " ")[:LONGEST]).read()


def leaves(tree: Tree | None, *, wanted: bool = True) -> list[Leaf]:
    """The leaves of a tree; with ``wanted`` those alone that may occur in what is found."""
    match tree:
        case Leaf():
            return [tree]
        case Near(left, right, _):
            return [left, right]
        case Not(part):
            return [] if wanted else leaves(part, wanted=wanted)
        case All(parts) | Either(parts):
            return [leaf for part in parts for leaf in leaves(part, wanted=wanted)]
    return []


class _Reader:
    """Reads tokens from left to right; OR binds less than what stands side by side."""

    def __init__(self, text: str) -> None:
        self.tokens = [match for match in _TOKEN.finditer(text) if match.lastgroup]
        self.place = 0
        self.filters: list[Filter] = []
        self.count = 0

    def read(self) -> Asked:
        parts: list[Tree] = []
        while self.place < len(self.tokens):
            part = self.either(0)
            if part is not None:
                parts.append(part)
            if self.kind() == "close":
                self.place += 1
        return Asked(_joined(parts), tuple(self.filters))

    def kind(self) -> str:
        if self.place >= len(self.tokens):
            return ""
        token = self.tokens[self.place]
        return "key" if token.group("key") is not None else str(token.lastgroup)

    def word(self) -> str:
        return self.tokens[self.place].group("word") if self.kind() == "word" else ""

    def either(self, depth: int) -> Tree | None:
        parts = [self.together(depth)]
        while self.word() in {"OR", "|"}:
            self.place += 1
            parts.append(self.together(depth))
        found = tuple(part for part in parts if part is not None)
        return Either(found) if len(found) > 1 else (found[0] if found else None)

    def together(self, depth: int) -> Tree | None:
        parts: list[Tree] = []
        while self.kind() not in {"", "close"} and self.word() not in {"OR", "|"}:
            part = self.one(depth, negated=False)
            near = _NEAR.fullmatch(self.word())
            if near and isinstance(part, Leaf):
                part = self.near(part, int(near.group(1) or NEAR_DEFAULT), depth)
            if part is not None:
                parts.append(part)
        return _joined(parts)

    def near(self, left: Leaf, distance: int, depth: int) -> Tree:
        self.place += 1
        right = self.one(depth, negated=False) if self.kind() not in {"", "close"} else None
        if not isinstance(right, Leaf):
            return _joined([left, *([right] if right else [])]) or left
        return Near(left, right, max(1, min(distance, NEAR_MOST)))

    def one(self, depth: int, *, negated: bool) -> Tree | None:
        token, kind = self.tokens[self.place], self.kind()
        self.place += 1
        if kind == "not":
            if self.kind() in {"", "close"}:
                return None
            part = self.one(depth, negated=not negated)
            return Not(part) if part is not None else None
        if kind == "open":
            return self.group(depth)
        if kind == "key" and self.filtered(token, negated=negated):
            return None
        return self.leaf(token)

    def group(self, depth: int) -> Tree | None:
        if depth >= DEEPEST:
            return None
        part = self.either(depth + 1)
        if self.kind() == "close":
            self.place += 1
        return part

    def filtered(self, token: re.Match[str], *, negated: bool) -> bool:
        key, value = token.group("key"), token.group("quoted") or token.group("value") or ""
        if key not in KEYS or not value.strip():
            return False
        self.filters.append(Filter(key, value.strip(), negated))
        return True

    def leaf(self, token: re.Match[str]) -> Leaf | None:
        if self.count >= MOST_LEAVES:
            return None
        found = _leaf(token)
        self.count += found is not None
        return found


def _leaf(token: re.Match[str]) -> Leaf | None:
    phrase = token.group("phrase")
    if phrase is not None:
        lexeme = phone_lexeme(phrase)
        return Leaf(lexeme, "phone") if lexeme else _said(phrase, "phrase")
    phone = token.group("phone")
    if phone is not None:
        lexeme = phone_lexeme(phone)
        return Leaf(lexeme, "phone") if lexeme else _said(phone, "word")
    word = token.group().strip()
    if word.endswith("*") and re.fullmatch(r"\w+", word.rstrip("*")):
        return Leaf(word.rstrip("*"), "prefix")
    return _said(word, "word")


def _said(text: str, kind: str) -> Leaf | None:
    """A leaf of it, if it has a letter or a digit."""
    return Leaf(text.strip(), kind) if any(map(str.isalnum, text)) else None


def _joined(parts: list[Tree]) -> Tree | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else All(tuple(parts))
