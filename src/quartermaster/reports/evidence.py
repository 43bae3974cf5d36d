"""Live evidence: for each control a function that counts what proves it, as far as one may see.

A function counts only by the rooms' ``*_visible_to(actor)`` queries, so that the trace never says
more to anyone than the lists do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Aggregate, Count, Max, Q, QuerySet

from quartermaster.kernel.permits import Actor


@dataclass(frozen=True)
class Evidence:
    """What is there at this instant: counts by label, the last act, findings that are open."""

    counts: tuple[tuple[str, int], ...]
    last_run: datetime | None = None
    open_findings: int = 0


def tally(
    rows: QuerySet[Any], *parts: tuple[str, Q], last: str = "", still_open: Q | None = None
) -> Evidence:
    """Evidence of one kind of row in one statement: each part's count, and the newest ``last``."""
    asked: dict[str, Aggregate] = {
        f"part_{number}": Count("pk", filter=part or None) for number, (_, part) in enumerate(parts)
    }
    if last:
        asked["last"] = Max(last)
    if still_open is not None:
        asked["open"] = Count("pk", filter=still_open)
    found = rows.order_by().aggregate(**asked)
    return Evidence(
        tuple((label, found[f"part_{number}"]) for number, (label, _) in enumerate(parts)),
        found.get("last"),
        found.get("open", 0),
    )


ALL = Q()
Counter = Callable[[Actor, datetime], Evidence]
_COUNTERS: dict[str, Counter] = {}


def evidence(name: str) -> Callable[[Counter], Counter]:
    """Register what counts the evidence that controls call ``name``."""

    def register(function: Counter) -> Counter:
        if name in _COUNTERS:
            raise ValueError(f"The evidence {name} is registered twice.")
        _COUNTERS[name] = function
        return function

    return register


def count(name: str, actor: Actor, at: datetime) -> Evidence | None:
    """The evidence of this name; none where no room counts it yet."""
    counter = _COUNTERS.get(name)
    return None if counter is None else counter(actor, at)


def registered() -> frozenset[str]:
    return frozenset(_COUNTERS)
