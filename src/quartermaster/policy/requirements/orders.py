"""The orders that a setting may have: for each, what is lax, what is stricter, and the join of two.

An order is a join-semilattice with a lowest value: ``join`` is commutative, associative and
idempotent, and ``lax`` is neutral to it. Everything about strictness follows from ``join``.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

V = TypeVar("V")

MOST_SOFTWARE = 500
PLATFORM_NAMES = {
    "ios": "iOS",
    "ipados": "iPadOS",
    "macos": "macOS",
    "android": "Android",
    "windows": "Windows",
}
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,199}")
_VERSION = re.compile(r"\d{1,5}(\.\d{1,5}){0,3}")


class Unfit(ValueError):  # noqa: N818 (an outcome, not a fault)
    """A value does not fit its setting. The message continues a sentence: "must be …"."""


class Order(ABC, Generic[V]):
    """Values from lax to strict."""

    kind: ClassVar[str]
    gathers: ClassVar[bool] = False  # whether a join keeps something of both
    lax: V

    @abstractmethod
    def join(self, one: V, other: V) -> V:
        """The laxest value that is as strict as both."""

    @abstractmethod
    def fit(self, value: Any) -> V:
        """The value in its canonical form, or `Unfit`."""

    @abstractmethod
    def describe(self) -> str:
        """What may stand here, in words that follow "must be"."""

    def is_at_least_as_strict(self, one: V, other: V) -> bool:
        return self.join(one, other) == one

    def weakens(self, overlay: V, city: V) -> bool:
        """Whether a department that writes ``overlay`` asks for less than the city does."""
        return not self.is_at_least_as_strict(overlay, city)

    def plain(self, value: V) -> Any:
        """The value as JSON and YAML write it."""
        return value

    @abstractmethod
    def show(self, value: V, unit: str = "") -> str:
        """The value as a page writes it."""


@dataclass(frozen=True)
class Flag(Order[bool]):
    """Not required, or required."""

    kind = "flag"
    lax: bool = False

    def join(self, one: bool, other: bool) -> bool:  # noqa: FBT001 (the values are booleans)
        return one or other

    def fit(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise Unfit(self.describe())
        return value

    def describe(self) -> str:
        return "true or false"

    def show(self, value: bool, unit: str = "") -> str:  # noqa: ARG002, FBT001 (a flag has none)
        return "Required" if value else "Not required"


@dataclass(frozen=True)
class AtLeast(Order[int]):
    """A lowest permitted number: higher is stricter, 0 asks for nothing."""

    kind = "at least"
    highest: int = 0
    lax: int = 0

    def join(self, one: int, other: int) -> int:
        return max(one, other)

    def fit(self, value: Any) -> int:
        return _whole_number(value, 0, self.highest, self.describe())

    def describe(self) -> str:
        return f"a whole number from 0 to {self.highest}"

    def show(self, value: int, unit: str = "") -> str:
        return f"At least {value} {unit}".strip() if value else "Nothing asked"


@dataclass(frozen=True)
class AtMost(Order["int | None"]):
    """A highest permitted number: lower is stricter, none is no limit."""

    kind = "at most"
    lowest: int = 1
    highest: int = 1
    lax: int | None = None

    def join(self, one: int | None, other: int | None) -> int | None:
        given = [value for value in (one, other) if value is not None]
        return min(given, default=None)

    def fit(self, value: Any) -> int | None:
        if value is None:
            return None
        return _whole_number(value, self.lowest, self.highest, self.describe())

    def describe(self) -> str:
        return f"a whole number from {self.lowest} to {self.highest}, or null for no limit"

    def show(self, value: int | None, unit: str = "") -> str:
        return "No limit" if value is None else f"At most {value} {unit}".strip()


@dataclass(frozen=True)
class Ranked(Order[str]):
    """One of some words, each stricter than the one before."""

    kind = "ranked"
    words: tuple[str, ...] = ()

    @property
    def lax(self) -> str:  # type: ignore[override]  # the first word, not a field
        return self.words[0]

    def join(self, one: str, other: str) -> str:
        return max(one, other, key=self.words.index)

    def fit(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.words:
            raise Unfit(self.describe())
        return value

    def describe(self) -> str:
        return f"one of {', '.join(self.words)}"

    def show(self, value: str, unit: str = "") -> str:  # noqa: ARG002 (a word has none)
        return value.capitalize()


@dataclass(frozen=True)
class Union(Order[frozenset[str]]):
    """A set that grows as it gets stricter. A department's set is added to the city's."""

    kind = "union"
    gathers = True
    lax: frozenset[str] = frozenset()

    def join(self, one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
        return one | other

    def weakens(self, overlay: frozenset[str], city: frozenset[str]) -> bool:  # noqa: ARG002
        return False  # what is not named again stays in the union

    def fit(self, value: Any) -> frozenset[str]:
        return _identifiers(value, self.describe())

    def describe(self) -> str:
        return f"a list of at most {MOST_SOFTWARE} software identifiers"

    def plain(self, value: frozenset[str]) -> list[str]:
        return sorted(value)

    def show(self, value: frozenset[str], unit: str = "") -> str:  # noqa: ARG002
        return ", ".join(sorted(value)) or "None"


@dataclass(frozen=True)
class Intersection(Order["frozenset[str] | None"]):
    """A set that shrinks as it gets stricter; none leaves everything permitted."""

    kind = "intersection"
    gathers = True
    lax: frozenset[str] | None = None

    def join(
        self, one: frozenset[str] | None, other: frozenset[str] | None
    ) -> frozenset[str] | None:
        if one is None or other is None:
            return other if one is None else one
        return one & other

    def fit(self, value: Any) -> frozenset[str] | None:
        return None if value is None else _identifiers(value, self.describe())

    def describe(self) -> str:
        return f"a list of at most {MOST_SOFTWARE} software identifiers, or null for all"

    def plain(self, value: frozenset[str] | None) -> list[str] | None:
        return None if value is None else sorted(value)

    def show(self, value: frozenset[str] | None, unit: str = "") -> str:  # noqa: ARG002
        if value is None:
            return "All software"
        return ", ".join(sorted(value)) or "No software"


@dataclass(frozen=True)
class Floors(Order[Mapping[str, str]]):
    """A lowest version for each platform; a platform not named has none."""

    kind = "versions"
    gathers = True
    platforms: tuple[str, ...] = ()

    @property
    def lax(self) -> Mapping[str, str]:  # type: ignore[override]  # a fresh one each time
        return {}

    def join(self, one: Mapping[str, str], other: Mapping[str, str]) -> Mapping[str, str]:
        return {
            platform: max(
                (floors[platform] for floors in (one, other) if platform in floors),
                key=version_key,
            )
            for platform in sorted({*one, *other})
        }

    def weakens(self, overlay: Mapping[str, str], city: Mapping[str, str]) -> bool:
        return any(
            version_key(version) < version_key(city[platform])
            for platform, version in overlay.items()
            if platform in city
        )

    def fit(self, value: Any) -> Mapping[str, str]:
        if not isinstance(value, Mapping) or not set(value) <= set(self.platforms):
            raise Unfit(self.describe())
        return {name: _version(value[name], self.describe()) for name in sorted(value)}

    def describe(self) -> str:
        names = ", ".join(self.platforms)
        return f'a version in quotes, such as "18.1", for any of the platforms {names}'

    def plain(self, value: Mapping[str, str]) -> dict[str, str]:
        return dict(value)

    def show(self, value: Mapping[str, str], unit: str = "") -> str:  # noqa: ARG002
        named = (f"{PLATFORM_NAMES.get(key, key)} {version}" for key, version in value.items())
        return ", ".join(named) or "None"


def version_key(version: str) -> tuple[int, ...]:
    """A version as numbers, so that 18.10 follows 18.9 and 18.0 equals 18."""
    numbers = [int(part) for part in version.split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _whole_number(value: Any, lowest: int, highest: int, words: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise Unfit(words)
    return value


def _version(value: Any, words: str) -> str:
    if not isinstance(value, str) or not _VERSION.fullmatch(value):
        raise Unfit(words)
    return ".".join(str(number) for number in version_key(value))


def _identifiers(value: Any, words: str) -> frozenset[str]:
    if isinstance(value, str) or not isinstance(value, Sequence | frozenset | set):
        raise Unfit(words)
    names: Iterable[Any] = value
    found = frozenset(names if all(isinstance(name, str) for name in names) else ())
    # a frozenset was bounded when it was read; a join of such may be longer
    most = len(value) if isinstance(value, frozenset) else MOST_SOFTWARE
    if len(value) > most or len(found) < len(set(map(repr, value))):
        raise Unfit(words)
    if not all(_IDENTIFIER.fullmatch(name) for name in found):
        raise Unfit(words)
    return found
