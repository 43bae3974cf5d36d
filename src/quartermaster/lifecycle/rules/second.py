"""When a cellular device is a second one, and what must be looked at first (G-8)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from quartermaster.org.rules.details import Details

LONGEST = timedelta(days=731)
ALTERNATIVES: Mapping[str, str] = {
    "tethering": "Tethering through the phone that the person has",
    "loan": "A hot-spot on loan from the pool",
}


def uncovered(held: Iterable[str], authorised: Iterable[str]) -> int:
    """How many of the cellular devices held, by class, no authorisation covers.

    One is everybody's; every further one takes an authorisation of its class.
    """
    allowed = Counter(authorised)
    return sum(max(0, many - allowed[name]) for name, many in Counter(held).items())


def is_second(held: Iterable[str], authorised: Iterable[str], asked: str) -> bool:
    """Whether one more device of the class asked for would take an authorisation."""
    return uncovered([*held, asked], authorised) > 1


class SecondDetails(Details):
    """Why a second device, until when, and what was found of the alternatives."""

    reason: Annotated[str, Field(min_length=10, max_length=500)]
    until: date
    tethering: Annotated[
        str, Field(title="what was found of tethering", min_length=3, max_length=300)
    ]
    loan: Annotated[str, Field(title="what was found of a loan", min_length=3, max_length=300)]

    def looked_at(self) -> list[dict[str, str]]:
        """What is kept of the alternatives."""
        return [
            {"alternative": name, "title": title, "found": getattr(self, name)}
            for name, title in ALTERNATIVES.items()
        ]
