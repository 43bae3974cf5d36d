"""The ways out of the City's property: a surplus lot, or a write-off by two people (C-3)."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import TextChoices

from quartermaster.kernel.money import shared_out
from quartermaster.kernel.transitions import Machine, Transition


class LotState(TextChoices):
    COLLECTING = "collecting", "Being put together"
    APPROVED = "approved", "Approved"
    DISPOSED = "disposed", "Disposed of"
    CANCELLED = "cancelled", "Cancelled"


_L = LotState
LOT: Machine[LotState] = Machine(
    "lot",
    _L.COLLECTING,
    [
        Transition("approve", frozenset({_L.COLLECTING}), _L.APPROVED),
        Transition("reopen", frozenset({_L.APPROVED}), _L.COLLECTING),
        Transition("dispose", frozenset({_L.APPROVED}), _L.DISPOSED),
        Transition("cancel", frozenset({_L.COLLECTING, _L.APPROVED}), _L.CANCELLED),
    ],
)


class Way(TextChoices):
    """What the City's surplus office did."""

    SOLD = "sold", "Sold"
    AUCTIONED = "auctioned", "Auctioned"
    RECYCLED = "recycled", "Recycled"
    DESTROYED = "destroyed", "Destroyed"


PAID = frozenset({Way.SOLD, Way.AUCTIONED})
MOST_DEVICES = 500
MOST_CENTS = 1_000_000_00


class WriteOffKind(TextChoices):
    LOST = "lost", "Lost"
    STOLEN = "stolen", "Stolen"
    MISTAKE = "mistake", "Entered by mistake"


class WriteOffState(TextChoices):
    ASKED = "asked", "Needs a second person"
    APPROVED = "approved", "Written off"
    REFUSED = "refused", "Refused"


_W = WriteOffState
WRITE_OFF: Machine[WriteOffState] = Machine(
    "write-off",
    _W.ASKED,
    [
        Transition("approve", frozenset({_W.ASKED}), _W.APPROVED),
        Transition("refuse", frozenset({_W.ASKED}), _W.REFUSED),
    ],
)


def allocate(cents: int, departments: Iterable[UUID]) -> list[int]:
    """What each line of a lot brought: the proceeds in equal parts, to the cent."""
    places = list(departments)
    return shared_out(cents, [1] * len(places)) if places else []
