"""Values with the words that people read, as rules, tables and forms have them."""

from collections.abc import Iterable
from enum import Enum, StrEnum
from typing import Protocol, Self


class Worded(StrEnum):
    """A value with the words that people read."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        made = str.__new__(cls, value)
        made._value_ = value
        made.label = label
        return made


class Labelled(Protocol):
    """What has a label, however it comes by it."""

    @property
    def value(self) -> str: ...

    @property
    def label(self) -> str: ...


def choices(words: Iterable[Labelled]) -> list[tuple[str, str]]:
    """As fields of tables and forms take them."""
    return [(item.value, item.label) for item in words]


def values(words: Iterable[Enum]) -> list[str]:
    """As the database has them."""
    return sorted(item.value for item in words)
