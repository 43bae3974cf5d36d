"""Fees: actual cost and nothing else (19.35(3)). Looking through and taking out costs nothing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.money import LARGEST
from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.kernel.worded import Worded

MOST_PAGES, MOST_MINUTES, LONGEST_OTHER = 1_000_000, 100_000, 100


class FeeState(Worded):
    ASKED = "asked", "Asked for"
    PAID = "paid", "Paid"
    WAIVED = "waived", "Waived"
    REPLACED = "replaced", "Replaced by a later one"


_ASKED = frozenset({FeeState.ASKED})
FEE: Machine[FeeState] = Machine(
    "fee",
    FeeState.ASKED,
    [
        Transition("pay", _ASKED, FeeState.PAID),
        Transition("waive", _ASKED, FeeState.WAIVED),
        Transition("replace", _ASKED, FeeState.REPLACED),
    ],
)


@dataclass(frozen=True)
class Rates:
    """Cents of a page and of an hour of locating; from which sum locating is charged at all."""

    page: int
    location_hour: int
    location_from: int
    postage: int
    prepay_over: int


@dataclass(frozen=True)
class Work:
    """What a request takes: pages on paper, minutes of locating, sending, other actual cost."""

    pages: int = 0
    minutes: int = 0
    by_post: bool = False
    other: int = 0
    other_what: str = ""

    def checked(self) -> "Work":
        if not 0 <= self.pages <= MOST_PAGES:
            raise InvalidInput("That is no number of pages.", field="pages")
        if not 0 <= self.minutes <= MOST_MINUTES:
            raise InvalidInput("That is no number of minutes.", field="minutes")
        if not 0 <= self.other <= LARGEST:
            raise InvalidInput("That is no cost.", field="other")
        if bool(self.other) != bool(self.other_what.strip()) or (
            len(self.other_what) > LONGEST_OTHER
        ):
            raise InvalidInput("Say in a few words what the other cost is for.", field="other_what")
        return self


@dataclass(frozen=True)
class Line:
    what: str
    cents: int


@dataclass(frozen=True)
class Fee:
    """Lines that add up, and whether payment in advance may be asked."""

    lines: tuple[Line, ...]
    total: int
    prepay: bool

    def as_rows(self) -> list[Mapping[str, Any]]:
        return [asdict(line) for line in self.lines]


def fee_of(work: Work, rates: Rates) -> Fee:
    """What this work costs. Locating below its threshold is not charged (19.35(3)(c))."""
    lines = []
    if work.pages:
        lines.append(Line(f"{work.pages:,} pages on paper", work.pages * rates.page))
    locating = work.minutes * rates.location_hour // 60
    if locating and locating >= rates.location_from:
        lines.append(Line(f"Locating the records, {work.minutes:,} minutes", locating))
    if work.by_post and rates.postage:
        lines.append(Line("Postage", rates.postage))
    if work.other:
        lines.append(Line(work.other_what.strip(), work.other))
    total = sum(line.cents for line in lines)
    return Fee(tuple(lines), total, prepay=total > rates.prepay_over)
