"""Bills of a city: each line's charges and use, cycle by cycle, with what was planted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from quartermaster.simulators.carriers.city import SimAccount, SimCity, SimLine, SimPlan
from quartermaster.simulators.carriers.detail import Event, Use, events_of, use_of
from quartermaster.simulators.carriers.planting import CENTS, Anomaly, Planted, plant

_TAX_PERCENT = 6
_PROTECTION = 700
_INSTALMENT = 1111


@dataclass(frozen=True)
class SimCharge:
    """One amount. ``kind`` is the word that carriers' categories are made of."""

    kind: str
    description: str
    cents: int
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True)
class BillLine:
    """What a bill says of one line. ``stated_cents`` is the total that it states."""

    line: SimLine
    use: Use
    charges: tuple[SimCharge, ...]
    events: tuple[Event, ...]
    stated_cents: int

    @property
    def cents(self) -> int:
        return sum(charge.cents for charge in self.charges)

    def of_kind(self, *kinds: str) -> int:
        return sum(charge.cents for charge in self.charges if charge.kind in kinds)


@dataclass(frozen=True)
class Bill:
    """One invoice of one account."""

    carrier: str
    account: str
    invoice: str
    cycle_from: date
    cycle_until: date
    lines: tuple[BillLine, ...]
    account_charges: tuple[SimCharge, ...]
    stated_cents: int

    @property
    def issued_on(self) -> date:
        return self.cycle_until + timedelta(days=1)

    @property
    def due_on(self) -> date:
        return self.cycle_until + timedelta(days=24)

    @property
    def cents(self) -> int:
        return sum(it.cents for it in self.lines) + sum(c.cents for c in self.account_charges)

    def account_cents(self, *kinds: str) -> int:
        return sum(charge.cents for charge in self.account_charges if charge.kind in kinds)


@dataclass(frozen=True)
class Billing:
    """Every bill, and everything that was planted into them."""

    bills: tuple[Bill, ...]
    planted: tuple[Planted, ...]


@dataclass(frozen=True)
class _Cycle:
    index: int
    from_on: date
    until_on: date


def bill_city(
    city: SimCity,
    *,
    cycles: int = 3,
    first: date = date(2026, 8, 2),
    seed: int = 1,
    anomalies: Mapping[Anomaly, int] | None = None,
    detail: bool = True,
) -> Billing:
    """The bills of so many monthly cycles, the same for the same seed.

    Without ``detail`` the bills have amounts used, and no single calls.
    """
    chance = Random(seed)  # noqa: S311 (a simulation)
    planted = plant(city, anomalies or {}, cycles=cycles, chance=chance)
    bills = []
    for account in city.accounts:
        own = [item for item in planted if item.is_of(account)]
        bills += [
            _bill(account, cycle, own, seed, detail=detail) for cycle in _cycles(first, cycles)
        ]
    return Billing(tuple(bills), planted)


def cycle_days(first: date, count: int) -> Iterator[tuple[date, date]]:
    """The first and the last day of so many monthly cycles."""
    for _ in range(count):
        after = date(
            first.year + (first.month == 12),  # noqa: PLR2004 (December)
            first.month % 12 + 1,
            first.day,
        )
        yield first, after - timedelta(days=1)
        first = after


def _cycles(first: date, count: int) -> list[_Cycle]:
    return [_Cycle(n, *days) for n, days in enumerate(cycle_days(first, count))]


def _bill(
    account: SimAccount, cycle: _Cycle, planted: list[Planted], seed: int, *, detail: bool
) -> Bill:
    here = {p.number: p for p in planted if p.falls_in(cycle.index)}
    extra = [
        SimLine(p.number, account.plans[-1], user="UNKNOWN")
        for p in here.values()
        if p.kind is Anomaly.UNORDERED
    ]
    lines = [
        _line(account, line, cycle, here.get(line.number), seed, detail=detail)
        for line in (*account.lines, *extra)
    ]
    charges = (SimCharge("credit", "Government account credit", -150 - 5 * len(lines)),)
    wrong = here.get("")
    total = sum(line.cents for line in lines) + sum(charge.cents for charge in charges)
    return Bill(
        account.carrier,
        account.number,
        f"{cycle.until_on:%y%m%d}{abs(hash_of(account.number)) % 10**6:06}",
        cycle.from_on,
        cycle.until_on,
        tuple(lines),
        charges,
        total + (wrong.cents if wrong else 0),
    )


def hash_of(text: str) -> int:
    """The same in every run, unlike Python's own."""
    value = 7
    for character in text:
        value = (value * 131 + ord(character)) % (2**31 - 1)
    return value


def _line(
    account: SimAccount,
    line: SimLine,
    cycle: _Cycle,
    planted: Planted | None,
    seed: int,
    *,
    detail: bool,
) -> BillLine:
    chance = Random(f"{seed}/{line.number}/{cycle.index}")  # noqa: S311 (a simulation)
    kind = planted.kind if planted else None
    use = use_of(line, account.plans, kind, chance)
    charges = _charges(line.plan, line, cycle, kind)
    events = events_of(use, cycle.from_on, cycle.until_on, kind, chance) if detail else ()
    cents = sum(charge.cents for charge in charges)
    off = CENTS[Anomaly.WRONG_LINE_TOTAL] if kind is Anomaly.WRONG_LINE_TOTAL else 0
    return BillLine(line, use, tuple(charges), tuple(events), cents + off)


_EXTRA = {
    Anomaly.OVERAGE: ("overage", "Data overage, 1 GB"),
    Anomaly.ROAMING: ("roaming", "Roaming, data in Canada"),
    Anomaly.INTERNATIONAL: ("international", "International calls to Mexico"),
    Anomaly.PREMIUM: ("premium", "Premium messages, 3 of them"),
    Anomaly.DUPLICATE: ("other", "Mobile protection"),
}


def _charges(plan: SimPlan, line: SimLine, cycle: _Cycle, kind: Anomaly | None) -> list[SimCharge]:
    rate = plan.monthly_cents + (CENTS[Anomaly.RATE] if kind is Anomaly.RATE else 0)
    charges = [
        SimCharge("plan", plan.name, rate, cycle.from_on, cycle.until_on),
        SimCharge("surcharge", "Regulatory charge", 21),
        SimCharge("surcharge", "Administrative charge", 195),
    ]
    draw = hash_of(line.number) % 12
    if draw == 0 or kind is Anomaly.DUPLICATE:
        charges.append(SimCharge("other", "Mobile protection", _PROTECTION))
    if draw == 1:
        count = 5 + cycle.index
        charges.append(SimCharge("equipment", f"Device instalment {count} of 24", _INSTALMENT))
    if draw == 2:  # noqa: PLR2004 (one of twelve)
        charges.append(SimCharge("credit", "Courtesy credit", -250))
    if kind in _EXTRA:
        said, what = _EXTRA[kind]
        charges.append(SimCharge(said, what, CENTS[kind]))
    taxed = sum(charge.cents for charge in charges if charge.kind in {"plan", "other", "overage"})
    charges.append(SimCharge("tax", "State and local tax", taxed * _TAX_PERCENT // 100))
    return charges
