"""What a line used in a cycle, and the single calls, messages and sessions that add up to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from quartermaster.simulators.carriers.city import SimLine, SimPlan
from quartermaster.simulators.carriers.planting import Anomaly

MEGABYTE = 1024  # kilobytes
_IDLE = frozenset({Anomaly.ZERO_USE, Anomaly.CANCELLED, Anomaly.SUSPENDED})
_UNLIMITED = 40 * MEGABYTE  # megabytes
_PLACES = ("Milwaukee WI", "Madison WI", "Racine WI", "Chicago IL", "Green Bay WI")


@dataclass(frozen=True)
class Use:
    """Amounts of one cycle: whole minutes and megabytes, as every carrier's layout can write."""

    minutes: int = 0
    messages: int = 0
    megabytes: int = 0
    roaming_minutes: int = 0
    roaming_megabytes: int = 0
    international_minutes: int = 0

    @property
    def nothing(self) -> bool:
        return self.minutes == self.messages == self.megabytes == 0


@dataclass(frozen=True)
class Event:
    """A call, a message or a session."""

    family: str  # voice, message, data
    at: datetime
    other: str = ""
    incoming: bool = False
    minutes: int = 0
    megabytes: int = 0
    origin: str = ""
    destination: str = ""
    roaming: bool = False
    international: bool = False
    cents: int = 0


def use_of(line: SimLine, plans: Sequence[SimPlan], kind: Anomaly | None, chance: Random) -> Use:
    """An ordinary use fits the plan and would fit no cheaper one; an anomaly's is as planted."""
    if kind in _IDLE:
        return Use()
    low, high = _ordinary(line.plan, plans)
    megabytes = chance.randint(low, high)
    if kind is Anomaly.BETTER_PLAN:
        megabytes = min(p.megabytes or _UNLIMITED for p in plans) * chance.randint(20, 60) // 100
    if kind is Anomaly.OVERAGE:
        megabytes = (line.plan.megabytes or 0) + chance.randint(600, 1000)
    most = line.plan.minutes or 400
    minutes = chance.randint(most // 20, most * 8 // 10)
    roams, abroad = kind is Anomaly.ROAMING, kind is Anomaly.INTERNATIONAL
    return Use(
        minutes=minutes,
        messages=chance.randint(4, 60),
        megabytes=megabytes,
        roaming_megabytes=megabytes // 4 if roams else 0,
        roaming_minutes=minutes // 4 if roams else 0,
        international_minutes=minutes // 3 if abroad else 0,
    )


def _ordinary(plan: SimPlan, plans: Sequence[SimPlan]) -> tuple[int, int]:
    cheaper = [p.megabytes or 0 for p in plans if p.monthly_cents < plan.monthly_cents]
    least = max(cheaper, default=0) * 11 // 10 + 40
    most = plan.megabytes * 9 // 10 if plan.megabytes else max(3 * least, 8 * MEGABYTE)
    return min(least, most), most


def events_of(
    use: Use, first: date, last: date, kind: Anomaly | None, chance: Random
) -> list[Event]:
    """Single events that add up to the use; the first of their kind are those abroad."""
    days = (last - first).days + 1

    def moment() -> datetime:
        start = datetime(first.year, first.month, first.day)  # noqa: DTZ001 (local, as bills have it)
        return start + timedelta(
            days=chance.randrange(days), minutes=60 * 6 + chance.randrange(60 * 15)
        )

    def number(*, abroad: bool = False) -> str:
        return (
            f"+5255{chance.randrange(10**8):08}"
            if abroad
            else f"+1414{chance.randint(200, 899)}{chance.randrange(10_000):04}"
        )

    made: list[Event] = []
    roaming, abroad = use.roaming_minutes, use.international_minutes
    for part in _parts(use.minutes, (roaming, abroad), 22, chance):
        incoming = chance.random() < 0.4 and not part.second  # noqa: PLR2004
        made.append(
            Event(
                "voice",
                moment(),
                other=number(abroad=part.second),
                incoming=incoming,
                minutes=part.size,
                origin="Toronto ON" if part.first else chance.choice(_PLACES),
                destination=(
                    "Incoming CL"
                    if incoming
                    else "Mexico City MX"
                    if part.second
                    else chance.choice(_PLACES)
                ),
                roaming=part.first,
                international=part.second,
            )
        )
    for n in range(use.messages):
        premium = kind is Anomaly.PREMIUM and n < 3  # noqa: PLR2004
        made.append(
            Event(
                "message",
                moment(),
                other="72345" if premium else number(),
                incoming=not premium and chance.random() < 0.5,  # noqa: PLR2004
                cents=333 if premium else 0,
            )
        )
    made += [
        Event("data", moment(), megabytes=part.size, roaming=part.first)
        for part in _parts(use.megabytes, (use.roaming_megabytes, 0), 900, chance)
    ]
    return sorted(made, key=lambda event: (event.at, event.family, event.other))


@dataclass(frozen=True)
class _Part:
    size: int
    first: bool  # of the first share
    second: bool


def _parts(whole: int, shares: tuple[int, int], most: int, chance: Random) -> list[_Part]:
    """A whole in parts of at most so much; the shares are wholes of their own within it."""
    rest = whole - sum(shares)
    made: list[_Part] = []
    for amount, first, second in (
        (shares[0], True, False),
        (shares[1], False, True),
        (rest, False, False),
    ):
        left = amount
        while left > 0:
            size = min(left, chance.randint(1, most))
            made.append(_Part(size, first, second))
            left -= size
    return made
