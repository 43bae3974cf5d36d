"""What carriers know of a city: accounts, plans, lines. Given, or invented from a seed."""

from dataclasses import dataclass
from random import Random

CARRIERS = ("verizon", "att", "t-mobile", "uscellular")
_GIVEN = ("Ana", "Bela", "Carl", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivo", "Jo\u00eblle", "Karl")
_FAMILY = (
    "Abel",
    "Berg",
    "Cruz",
    "Diaz",
    "Egan",
    "Fox",
    "Gray",
    "Hale",
    "Ives",
    "Mu\u00f1oz",
    "Kaur",
)
_CENTRES = ("WATER-410", "DPW-220", "LIB-130", "HEALTH-305", "PORT-515")


@dataclass(frozen=True)
class SimPlan:
    """A plan as a contract has it; no allowance is unlimited."""

    name: str
    monthly_cents: int
    megabytes: int | None = None
    minutes: int | None = None


@dataclass(frozen=True)
class SimLine:
    """A line that a carrier bills. ``number`` is E.164."""

    number: str
    plan: SimPlan
    user: str = ""
    cost_centre: str = ""
    iccid: str = ""
    imei: str = ""


@dataclass(frozen=True)
class SimAccount:
    """An account with one carrier. ``plans`` are all that its contract offers."""

    carrier: str
    number: str
    plans: tuple[SimPlan, ...]
    lines: tuple[SimLine, ...]


@dataclass(frozen=True)
class SimCity:
    """Every account of a city."""

    accounts: tuple[SimAccount, ...]

    @property
    def lines(self) -> tuple[SimLine, ...]:
        return tuple(line for account in self.accounts for line in account.lines)


PLANS = (
    SimPlan("Flex 2 GB", 2000, 2048),
    SimPlan("Flex 5 GB", 3000, 5120),
    SimPlan("Business 15 GB", 4500, 15360),
    SimPlan("Business Unlimited", 6500),
)


def invented_city(
    seed: int = 1,
    *,
    lines: int = 40,
    carriers: tuple[str, ...] = CARRIERS,
    plans: tuple[SimPlan, ...] = PLANS,
) -> SimCity:
    """A city with an account of so many lines with each carrier."""
    chance = Random(seed)  # noqa: S311 (a simulation)
    return SimCity(
        tuple(
            SimAccount(
                carrier,
                f"{280 + CARRIERS.index(carrier)}{chance.randrange(10**9):09}-1",
                plans,
                tuple(_line(chance, CARRIERS.index(carrier), n, plans) for n in range(lines)),
            )
            for carrier in carriers
        )
    )


def _line(chance: Random, place: int, n: int, plans: tuple[SimPlan, ...]) -> SimLine:
    return SimLine(
        number=f"+1414{200 + 10 * place + n // 10_000}{n % 10_000:04}",
        plan=plans[n % len(plans)],
        user=f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}",
        cost_centre=chance.choice(_CENTRES),
        iccid=with_luhn(f"8901{place}{chance.randrange(10**13):013}"),
        imei=with_luhn(f"35{chance.randrange(10**12):012}"),
    )


def with_luhn(digits: str) -> str:
    """The digits with their check digit."""
    doubled = (int(d) * (2 if n % 2 == 0 else 1) for n, d in enumerate(reversed(digits)))
    return digits + str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)  # noqa: PLR2004
