"""Matching what a cell says against the words of a profile, the same everywhere.

A word is compared as a whole; with * at its end it is a beginning, at its beginning an end, at
both a part. Case and spaces around do not count. ``usage.warehouse`` says the same in SQL (LIKE).
"""

from collections.abc import Iterable, Mapping


def matches(text: str, word: str) -> bool:
    """Whether the cell's text is what the word says."""
    said, wanted = text.strip().casefold(), word.strip().casefold()
    bare = wanted.strip("*")
    front, back = wanted.startswith("*"), wanted.endswith("*")
    if front and back:
        return bare in said
    if back:
        return said.startswith(bare)
    if front:
        return said.endswith(bare)
    return said == bare


def value_of(text: str, words: Mapping[str, Iterable[str]]) -> str:
    """The first value with a word that fits; empty where none does, or the cell is empty."""
    if not text.strip():
        return ""
    for value, fitting in words.items():
        if any(matches(text, word) for word in fitting):
            return value
    return ""
