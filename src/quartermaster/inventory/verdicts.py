"""Decisions about applications, as plain values: what one is about, and what it finds."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase

from quartermaster.kernel.transitions import Machine, Transition

_NUMBERS = re.compile(r"[0-9]{1,9}+(?:\.[0-9]{1,9}+){0,7}+(?!\.?[0-9])")  # whole, or not at all
MOST_WILDCARDS = 4
LONGEST_NAME = 200
MOST_REMEMBERED = 50_000


class Verdict(StrEnum):
    """What the City decided."""

    ALLOWED = "allowed"
    BLOCKED = "blocked"
    NEEDS_APPROVAL = "needs-approval"

    @property
    def words(self) -> str:
        return self.value.replace("-", " ").capitalize()


class QuestionState(StrEnum):
    """Where a question stands."""

    WAITING = "waiting"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


_OPEN = frozenset({QuestionState.WAITING})
QUESTION = Machine(
    "question",
    QuestionState.WAITING,
    [
        Transition("answer", _OPEN, QuestionState.ANSWERED),
        Transition("withdraw", _OPEN, QuestionState.WITHDRAWN),
    ],
)


@dataclass(frozen=True)
class Decided:
    """A decision as it is judged by."""

    title: str
    verdict: Verdict
    identifier: str = ""
    name_pattern: str = ""
    platform: str = ""
    minimum_version: str = ""
    until: date | None = None

    def in_force(self, day: date) -> bool:
        return self.until is None or day < self.until

    def matches(self, identifier: str, name: str, platform: str) -> bool:
        """Whether it is about this application, on this system."""
        if self.platform and platform and self.platform != platform:
            return False
        if self.identifier:
            return self.identifier.lower() == identifier.lower()
        return fnmatchcase(name.lower(), self.name_pattern.lower())

    @property
    def rank(self) -> tuple[bool, bool]:
        """What is said of one identifier counts more than of many names, of one system than all."""
        return bool(self.identifier), bool(self.platform)


def decision_on(
    decisions: Iterable[Decided], identifier: str, name: str, platform: str, day: date
) -> Decided | None:
    """The decision that counts: the closest one; of two as close, the stricter one."""
    found = [
        item
        for item in decisions
        if item.in_force(day) and item.matches(identifier, name, platform)
    ]
    return max(found, key=lambda item: (item.rank, _STRICT[item.verdict]), default=None)


class Decisions:
    """What holds on a day, for many applications of many devices: each kind is looked up once."""

    def __init__(self, rows: Iterable[Decided], day: date) -> None:
        self.rows = tuple(row for row in rows if row.in_force(day))
        self._day = day
        self._names = tuple(row for row in self.rows if not row.identifier)
        self._identified: dict[str, list[Decided]] = {}
        for row in self.rows:
            if row.identifier:
                self._identified.setdefault(row.identifier.lower(), []).append(row)
        self._known: dict[tuple[str, str, str], Decided | None] = {}

    def on(self, identifier: str, name: str, platform: str) -> Decided | None:
        """The decision that counts, as `decision_on` says."""
        key = identifier, name[:LONGEST_NAME], platform
        if key not in self._known:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            near = (*self._identified.get(identifier.lower(), ()), *self._names)
            self._known[key] = decision_on(near, *key, self._day)
        return self._known[key]


_STRICT = {Verdict.ALLOWED: 0, Verdict.NEEDS_APPROVAL: 1, Verdict.BLOCKED: 2}


def is_pattern(text: str) -> bool:
    """Whether names can be compared with it: something besides wildcards, and few of those."""
    plain = text.replace("*", "").replace("?", "").strip()
    odd = set("[]") & set(text)
    return len(plain) >= 3 and not odd and text.count("*") <= MOST_WILDCARDS  # noqa: PLR2004


def is_version(text: str) -> bool:
    return _NUMBERS.fullmatch(text) is not None


def is_below(version: str, minimum: str) -> bool | None:
    """Whether a version is older; None where it cannot be compared (it is no row of numbers)."""
    found = _NUMBERS.match(version.strip())
    if found is None or not is_version(minimum):
        return None
    return _key(found.group()) < _key(minimum)


def _key(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in version.split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
