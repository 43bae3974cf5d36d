"""What a change does: a suggestion by its words, which a person confirms or corrects."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from quartermaster.policy.redline.model import Kind, Run


class Change(StrEnum):
    """What a change does to a clause, the weightiest first."""

    ADDED = "added"
    REMOVED = "removed"
    STRENGTH = "strength"
    SCOPE = "scope"
    EDITORIAL = "editorial"
    NONE = "none"


@dataclass(frozen=True)
class Suggestion:
    change: Change
    reason: str


_FORCE = re.compile(
    r"\b(must not|shall not|may not|should not|cannot|must|shall|will|required|require|requires"
    r"|prohibited|should|expected|encouraged|recommended|may|can|might|optional)\b",
    re.IGNORECASE,
)
_WEIGHT = {
    **dict.fromkeys(("may", "can", "might", "optional"), 1),
    **dict.fromkeys(("should", "should not", "expected", "encouraged", "recommended"), 2),
}
_BINDING = 3
_WHO = re.compile(
    r"\b(departments?|divisions?|employees?|contractors?|volunteers?|officials?|supervisors?"
    r"|coordinators?|persons?|public safety|devices?|smartphones?|tablets?|laptops?|hot-?spots?"
    r"|personal|privately|city-(?:issued|owned|supplied)|all|any|every|only|except|excluded"
    r"|unless)\b",
    re.IGNORECASE,
)
_NEXT_WORDS = 3


@dataclass(frozen=True)
class _Swap:
    """A text that went, and what stands in its place; ``sure`` where the new text is marked."""

    old: str
    new: str
    sure: bool


def suggest(runs: Sequence[Run]) -> Suggestion:
    """The weightiest change among the runs of a clause."""
    kinds = {run.kind for run in runs if run.text.strip()}
    if not kinds or kinds == {Kind.KEPT}:
        return Suggestion(Change.NONE, "")
    if kinds == {Kind.INSERTED}:
        return Suggestion(Change.ADDED, "The clause is new.")
    if kinds == {Kind.DELETED}:
        return Suggestion(Change.REMOVED, "The clause is struck.")
    found = [_judge(swap) for swap in _swaps(runs)]
    order = list(Change)
    return min(found, key=lambda item: order.index(item.change), default=_EDITORIAL)


_EDITORIAL = Suggestion(Change.EDITORIAL, "The wording changes.")


def _swaps(runs: Sequence[Run]) -> list[_Swap]:
    """Each change with its counterpart; with no insertion marked, the words that follow it."""
    swaps, index = [], 0
    while index < len(runs):
        if runs[index].kind is Kind.KEPT:
            index += 1
            continue
        start = index
        while index < len(runs) and runs[index].kind is not Kind.KEPT:
            index += 1
        block = runs[start:index]
        old = "".join(run.text for run in block if run.kind is Kind.DELETED)
        new = "".join(run.text for run in block if run.kind is Kind.INSERTED)
        following = runs[index].text if index < len(runs) else ""
        if new:
            swaps.append(_Swap(old, new, sure=True))
        else:
            swaps.append(_Swap(old, " ".join(following.split()[:_NEXT_WORDS]), sure=False))
    return swaps


def _judge(swap: _Swap) -> Suggestion:
    was, now = _force(swap.old), _force(swap.new)
    if was and now and was != now:
        turn = "more strictly" if _weight(now) > _weight(was) else "less strictly"
        turn = "differently" if _weight(now) == _weight(was) else turn
        return Suggestion(Change.STRENGTH, f"“{was}” became “{now}”: it binds {turn}.")
    if (was and not now) or (now and not was and swap.sure):
        word = was or now
        verb = "went" if was else "came in"
        return Suggestion(Change.STRENGTH, f"“{word}” {verb}: it may bind more or less.")
    if who := _who(swap):
        return Suggestion(Change.SCOPE, f"“{who}”: it may reach other people or things.")
    return _EDITORIAL


def _force(text: str) -> str:
    found = _FORCE.search(text)
    return found.group().lower() if found else ""


def _weight(word: str) -> int:
    return _WEIGHT.get(word, _BINDING)


def _who(swap: _Swap) -> str:
    """The word by which other people or things are meant, if any."""
    old = [word.lower() for word in _WHO.findall(swap.old)]
    new = [word.lower() for word in _WHO.findall(swap.new)] if swap.sure else []
    if swap.sure and swap.old.strip().lower() in {"they", "them", "he or she", "it", "their"}:
        return ""  # a pronoun was spelt out
    changed = [word for word in old if word not in new] + [w for w in new if w not in old]
    return changed[0] if changed else ""
