"""What a line used and cost in a cycle, attributed to whom it belonged on each day (G-9)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from uuid import UUID

from quartermaster.kernel.money import shared_out
from quartermaster.usage.rules.cycles import Cycle
from quartermaster.usage.rules.fields import Family


@dataclass(frozen=True)
class Figures:
    """What is summed. Amounts of usage, and cents."""

    seconds: int = 0
    messages: int = 0
    kilobytes: int = 0
    roaming_seconds: int = 0
    roaming_kilobytes: int = 0
    international_seconds: int = 0
    cost_cents: int = 0
    overage_cents: int = 0
    roaming_cents: int = 0
    international_cents: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, n) + getattr(other, n) for n in NAMES))


NAMES = tuple(item.name for item in fields(Figures))
COSTS = tuple(name for name in NAMES if name.endswith("_cents"))
USED = tuple(name for name in NAMES if name not in COSTS)
FAMILY_OF = {
    "seconds": Family.VOICE,
    "roaming_seconds": Family.VOICE,
    "international_seconds": Family.VOICE,
    "messages": Family.MESSAGE,
    "kilobytes": Family.DATA,
    "roaming_kilobytes": Family.DATA,
}


@dataclass(frozen=True)
class Bearer:
    """To whom a line belonged: a department, and the person who had it. Nobody: both empty."""

    department_id: UUID | None = None
    person_id: UUID | None = None

    @property
    def order(self) -> tuple[bool, str, str]:
        return self.department_id is None, str(self.department_id), str(self.person_id)


@dataclass(frozen=True)
class Held:
    """A span of days in which a line belonged to somebody; ``until`` is not in it."""

    since: date
    until: date | None
    bearer: Bearer


@dataclass(frozen=True)
class Attributed:
    """What one bearer's part of a line's cycle is."""

    bearer: Bearer
    days: int
    figures: Figures


def bearer_on(day: date, periods: Iterable[Held]) -> Bearer:
    """To whom the line belonged on a day: the last that began by its end."""
    found = Bearer()
    for held in periods:
        if held.since <= day and (held.until is None or day < held.until):
            found = held.bearer
    return found


def days_of(cycle: Cycle, periods: Sequence[Held]) -> dict[Bearer, int]:
    """How many days of a cycle the line belonged to whom."""
    found: dict[Bearer, int] = defaultdict(int)
    day = cycle.from_on
    while day <= cycle.until_on:
        found[bearer_on(day, periods)] += 1
        day += timedelta(days=1)
    return dict(found)


def moved(cycle: Cycle, periods: Sequence[Held]) -> bool:
    """Whether the line belonged to more than one within a cycle, or about it."""
    return len(days_of(cycle, periods)) > 1


def attributed(
    cycle: Cycle,
    periods: Sequence[Held],
    *,
    bill: Figures,
    detail: Mapping[date | None, Figures],
    families: frozenset[Family],
) -> list[Attributed]:
    """The parts of a line's cycle; together they are the whole, to the second and the cent.

    Args:
        cycle: the bill cycle.
        periods: to whom the line belonged, in order.
        bill: what the invoice says of it.
        detail: what the single rows add up to; by day where the line moved, else under None.
        families: what there is detail of. What there is none of is taken from the bill.
    """
    days = days_of(cycle, periods)
    order = sorted(days, key=lambda bearer: bearer.order)
    found: dict[Bearer, dict[str, int]] = {bearer: dict.fromkeys(NAMES, 0) for bearer in order}
    for name in NAMES:
        if FAMILY_OF.get(name) in families:
            continue
        parts = shared_out(getattr(bill, name), [days[bearer] for bearer in order])
        for bearer, part in zip(order, parts, strict=True):
            found[bearer][name] = part
    largest = max(order, key=lambda bearer: days[bearer])
    for day, figures in detail.items():
        bearer = largest if day is None else bearer_on(day, periods)
        sums = found.setdefault(bearer, dict.fromkeys(NAMES, 0))
        for name, family in FAMILY_OF.items():
            if family in families:
                sums[name] += getattr(figures, name)
    return [
        Attributed(bearer, days.get(bearer, 0), Figures(**sums)) for bearer, sums in found.items()
    ]
