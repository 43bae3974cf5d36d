"""Passages of what was found, with what was looked for marked in them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from quartermaster.records.rules.asking import Leaf
from quartermaster.records.rules.texts import as_indexed, folded

BEGIN, END, CUT = "\x02", "\x03", "\x04"
WINDOW = 6_000
_NO_MARKS = str.maketrans(dict.fromkeys((BEGIN, END, CUT), " "))
_STEM = 4
_MARK = re.compile(f"{BEGIN}([^{BEGIN}{END}]*){END}")


@dataclass(frozen=True)
class Run:
    """Some letters, marked or not. Plain text: whoever shows it escapes it."""

    text: str
    marked: bool = False


def window(text: str, leaves: Sequence[Leaf]) -> str:
    """The part of a long text in which something that is looked for stands first."""
    if len(text) <= WINDOW:
        return text
    low = folded(text).casefold()
    if len(low) != len(text):
        low = folded(text).lower()
    begins = [folded(word).lower()[:_STEM] for leaf in leaves for word in leaf.text.split()]
    places = [low.find(begin) for begin in begins if begin]
    first = min((place for place in places if place >= 0), default=0)
    start = max(0, first - WINDOW // 6)
    return text[start : start + WINDOW]


def runs(headline: str, original: str) -> list[Run]:
    """A headline's passages, in the letters of the original, marked where it marks.

    The headline was made of the folded text, letter for letter as long as the original.
    """
    found: list[Run] = []
    for passage in headline.split(CUT):
        if found:
            found.append(Run(" … "))
        found += _passage(passage, original)
    return found


def _passage(passage: str, original: str) -> list[Run]:
    bare = passage.replace(BEGIN, "").replace(END, "")
    place = as_indexed(unmarked(original)).find(bare)
    source = original[place : place + len(bare)] if place >= 0 else bare
    found: list[Run] = []
    seen = at = 0
    for match in _MARK.finditer(passage):
        before = len(_bare(passage[seen : match.start()]))
        inside = len(match.group(1))
        found += [Run(source[at : at + before]), Run(source[at + before :][:inside], marked=True)]
        at += before + inside
        seen = match.end()
    found.append(Run(source[at:]))
    return [run for run in found if run.text]


def unmarked(text: str) -> str:
    """A text without what stands for marks, letter for letter as long."""
    return text.translate(_NO_MARKS)


def _bare(text: str) -> str:
    return text.replace(BEGIN, "").replace(END, "")
