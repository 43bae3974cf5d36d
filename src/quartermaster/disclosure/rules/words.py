"""Values with the words that people read."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Self


class Worded(StrEnum):
    """A value with its words."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        made = str.__new__(cls, value)
        made._value_ = value
        made.label = label
        return made


def choices(words: Iterable[Worded]) -> list[tuple[str, str]]:
    return [(item.value, item.label) for item in words]


def values(words: Iterable[Worded]) -> list[str]:
    """As the database has them."""
    return sorted(item.value for item in words)
