"""Which credits of an invoice answer which disputes (G-12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Asked:
    """What is still asked back for one finding."""

    item_id: UUID
    dispute: str
    number: str
    cents: int


@dataclass(frozen=True)
class Credit:
    """A credit on an invoice: of a number, or (empty) of the account. ``cents`` is positive."""

    charge_id: UUID
    number: str
    description: str
    cents: int


def put(credits_: Sequence[Credit], asked: Sequence[Asked]) -> list[tuple[UUID, UUID, int]]:
    """Which credit is put to what was asked back, and how much of it: (item, charge, cents).

    A credit that names the dispute goes to what it asked back, and may be a part of it. One that
    names none must be exactly what is asked back of its number, or of the whole dispute: a
    discount that comes every month settles nothing.
    """
    left = {item.item_id: item.cents for item in asked}
    found: list[tuple[UUID, UUID, int]] = []
    for credit in credits_:
        remaining = credit.cents
        for item in _for(credit, asked, left):
            cents = min(remaining, left[item.item_id])
            if cents > 0:
                found.append((item.item_id, credit.charge_id, cents))
                left[item.item_id] -= cents
                remaining -= cents
    return found


def _for(credit: Credit, asked: Sequence[Asked], left: dict[UUID, int]) -> list[Asked]:
    open_ = [item for item in asked if left[item.item_id] > 0]
    named = [item for item in open_ if item.dispute.casefold() in credit.description.casefold()]
    if named:
        own = [item for item in named if item.number == credit.number]
        return own or named
    if credit.number:
        same = [item for item in open_ if item.number == credit.number]
        return [item for item in same if left[item.item_id] == credit.cents][:1]
    for dispute in sorted({item.dispute for item in open_}):
        whole = [item for item in open_ if item.dispute == dispute]
        if sum(left[item.item_id] for item in whole) == credit.cents:
            return whole
    return []
