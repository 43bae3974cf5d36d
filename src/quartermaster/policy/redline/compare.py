"""A redline of two texts: word by word, clause by clause."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from quartermaster.policy.redline.model import Kind, Run, runs_of

_WORD = re.compile(r"\s+|\w+(?:[\u2019'-]\w+)*|[^\w\s]")
MOST_WORDS = 20_000
FEWEST_WORDS_KEPT = 2


@dataclass(frozen=True)
class ClauseChange:
    """One clause in two versions. "" where a version has it not."""

    code: str
    before: str
    after: str
    runs: tuple[Run, ...]

    @property
    def changed(self) -> bool:
        return self.before != self.after


def words(before: str, after: str) -> tuple[Run, ...]:
    """The runs that lead from one text to the other."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) + len(new) > MOST_WORDS:
        return runs_of([(Kind.DELETED, before), (Kind.INSERTED, after)])
    return runs_of(_pieces(old, new))


def _pieces(old: list[str], new: list[str]) -> Iterator[tuple[Kind, str]]:
    """Changes with what they replace; a word or two kept between changes goes with them.

    Otherwise a sentence written anew reads as a soup of struck and inserted words.
    """
    struck: list[str] = []
    added: list[str] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for verb, i1, i2, j1, j2 in matcher.get_opcodes():
        between = bool(struck or added) and i2 < len(old) and j2 < len(new)
        if verb == "equal" and not (between and _few_words(old[i1:i2])):
            yield from _change(struck, added)
            struck, added = [], []
            yield Kind.KEPT, "".join(old[i1:i2])
        else:
            struck += old[i1:i2]
            added += new[j1:j2]
    yield from _change(struck, added)


def _few_words(tokens: list[str]) -> bool:
    return sum(token[:1].isalnum() for token in tokens) < FEWEST_WORDS_KEPT


def _change(struck: list[str], added: list[str]) -> Iterator[tuple[Kind, str]]:
    yield Kind.DELETED, "".join(struck)
    yield Kind.INSERTED, "".join(added)


def clauses(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[ClauseChange, ...]:
    """Every clause of either version: in the order of the later, struck ones at their old place."""
    return tuple(
        ClauseChange(
            code,
            before.get(code, ""),
            after.get(code, ""),
            words(before.get(code, ""), after.get(code, "")),
        )
        for code in _merged(list(before), list(after))
    )


def _merged(before: list[str], after: list[str]) -> list[str]:
    order = list(after)
    for index, code in enumerate(before):
        if code in order:
            continue
        earlier = [order.index(c) for c in before[:index] if c in order]
        order.insert(max(earlier) + 1 if earlier else 0, code)
    return order
