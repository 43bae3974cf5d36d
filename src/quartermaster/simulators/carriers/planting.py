"""Anomalies that are planted into bills, one kind for each that an auditor of telecoms expects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from quartermaster.simulators.carriers.city import SimAccount, SimCity, SimLine


class Anomaly(StrEnum):
    """What is wrong with a bill. Where it says "to be", whoever uses it makes the City so."""

    UNORDERED = "unordered"  # a line on the bill that the City has not
    PERSONAL = "personal"  # to be: somebody's own number
    CANCELLED = "cancelled"  # to be: a line cancelled before the cycle
    SUSPENDED = "suspended"  # to be: a line suspended before the cycle
    SEPARATED = "separated"  # to be: a line whose holder left before the cycle
    RATE = "rate"  # a plan charged above its price
    ZERO_USE = "zero-use"  # nothing used in any cycle; on the cheapest plan
    DUPLICATE = "duplicate"  # one charge twice
    BETTER_PLAN = "better-plan"  # uses so little that a cheaper plan would do, in every cycle
    OVERAGE = "overage"  # more than the plan has, for less than a larger plan costs more
    ROAMING = "roaming"
    INTERNATIONAL = "international"
    PREMIUM = "premium"
    WRONG_TOTAL = "wrong-total"  # the invoice's total is not the sum of its charges
    WRONG_LINE_TOTAL = "wrong-line-total"  # a line's total is not the sum of its charges


_EVERY_CYCLE = frozenset({Anomaly.ZERO_USE, Anomaly.BETTER_PLAN})
_OF_THE_ACCOUNT = frozenset({Anomaly.WRONG_TOTAL})
CENTS = {
    Anomaly.RATE: 500,
    Anomaly.DUPLICATE: 700,
    Anomaly.OVERAGE: 500,
    Anomaly.ROAMING: 1250,
    Anomaly.INTERNATIONAL: 840,
    Anomaly.PREMIUM: 999,
    Anomaly.WRONG_TOTAL: 1,
    Anomaly.WRONG_LINE_TOTAL: 100,
}


@dataclass(frozen=True)
class Planted:
    """One anomaly: of which line (none: the account's), in which cycles, of how many cents."""

    kind: Anomaly
    carrier: str
    account: str
    number: str
    cycles: tuple[int, ...]
    cents: int = 0

    def is_of(self, account: SimAccount) -> bool:
        return (self.carrier, self.account) == (account.carrier, account.number)

    def falls_in(self, cycle: int) -> bool:
        return cycle in self.cycles


def plant(
    city: SimCity, wanted: Mapping[Anomaly, int], *, cycles: int, chance: Random
) -> tuple[Planted, ...]:
    """Choose a line of its own for each anomaly: no line has two."""
    taken: set[str] = set()
    made: list[Planted] = []
    for kind, count in wanted.items():
        for n in range(count):
            account = city.accounts[(list(wanted).index(kind) + n) % len(city.accounts)]
            number = _number(kind, account, taken, chance, n)
            taken.add(number)
            when = tuple(range(cycles)) if kind in _EVERY_CYCLE else (cycles - 1,)
            made.append(
                Planted(kind, account.carrier, account.number, number, when, CENTS.get(kind, 0))
            )
    return tuple(made)


def _number(kind: Anomaly, account: SimAccount, taken: set[str], chance: Random, n: int) -> str:
    if kind in _OF_THE_ACCOUNT:
        return ""
    if kind is Anomaly.UNORDERED:
        return f"+1262555{1000 + n:04}"
    fitting = [
        line for line in account.lines if line.number not in taken and _fits(kind, line, account)
    ]
    if not fitting:
        raise ValueError(f"No line of {account.number} is left for {kind.value}.")
    return chance.choice(fitting).number


def _fits(kind: Anomaly, line: SimLine, account: SimAccount) -> bool:
    cheapest = min(plan.monthly_cents for plan in account.plans)
    if kind is Anomaly.ZERO_USE:
        return line.plan.monthly_cents == cheapest
    if kind is Anomaly.BETTER_PLAN:
        return line.plan.monthly_cents > cheapest
    if kind is Anomaly.OVERAGE:
        larger = [p.monthly_cents for p in account.plans if _more(p.megabytes, line.plan.megabytes)]
        return line.plan.megabytes is not None and all(
            cents - line.plan.monthly_cents > CENTS[kind] for cents in larger
        )
    return True


def _more(first: int | None, second: int | None) -> bool:
    return second is not None and (first is None or first > second)


def one_of_each(kinds: Sequence[Anomaly] = tuple(Anomaly)) -> dict[Anomaly, int]:
    return dict.fromkeys(kinds, 1)
