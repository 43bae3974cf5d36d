"""Lines that use far more than others on their plan, told in words (G-9).

What is usual is the median of a plan's lines, and how much lines differ, the median of their
distances from it: neither moves with the few that are to be found.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from statistics import median
from typing import Generic, TypeVar

FEWEST = 8  # lines of a plan; of fewer nothing is usual
FAR = 5.0  # so many usual differences above the median
SPREAD = 1.4826  # of a normal distribution, the deviation in medians of distances

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Measured(Generic[K]):
    """One line's figure of one measure, and the plan that it is compared within."""

    key: K
    plan: str
    figure: int


@dataclass(frozen=True)
class Outlier(Generic[K]):
    """A figure that is far off, with what is usual."""

    key: K
    plan: str
    figure: int
    middle: float
    usual: float  # how much lines differ from the middle
    lines: int

    @property
    def times(self) -> float | None:
        """How many times the middle it is; None where the middle is nothing."""
        return self.figure / self.middle if self.middle else None


def outliers(rows: Iterable[Measured[K]], *, least: int) -> list[Outlier[K]]:
    """The figures far above their plan's, the farthest first; none below ``least`` more."""
    plans: dict[str, list[Measured[K]]] = defaultdict(list)
    for row in rows:
        plans[row.plan].append(row)
    found: list[Outlier[K]] = []
    for plan, ones in plans.items():
        if len(ones) < FEWEST:
            continue
        middle = median(one.figure for one in ones)
        usual = SPREAD * median(abs(one.figure - middle) for one in ones)
        edge = middle + max(FAR * usual, least)
        found += [
            Outlier(one.key, plan, one.figure, middle, usual, len(ones))
            for one in ones
            if one.figure > edge
        ]
    return sorted(found, key=lambda one: (one.middle - one.figure, str(one.key)))
