"""Dashboard cards: what needs the actor's attention, said by each room from its folder.

.. code-block:: python

    @card(order=20, permit=FINDING_VIEW)
    def open_findings(request) -> Counted:
        count = yield findings_visible_to(request.actor).filter(state="open")
        address = reverse("compliance:findings")
        return Card("Open findings", count, address, tone="bad") if count else None

To yield a query is to ask how many it finds: all cards are counted in one statement. A card that
needs no count is a plain function.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from quartermaster.kernel.asking import counts_of, side_by_side
from quartermaster.web.guard import Declared, may_open
from quartermaster.web.panels import Body
from quartermaster.web.request import HouseRequest


@dataclass(frozen=True)
class Card:
    """One matter: how many, what, and where to deal with it. ``tone`` as of a chip."""

    title: str
    figure: int | str
    address: str
    sentence: str = ""
    tone: str = "neutral"


Counted = Generator[QuerySet[Any], int, Card | None]
CardMaker = Callable[[HouseRequest], Card | Counted | None]
GlanceMaker = Callable[[HouseRequest], Body | None]


@dataclass
class _Registry:
    cards: list[tuple[int, Declared, CardMaker]] = field(default_factory=list)
    glances: list[tuple[int, str, Declared, GlanceMaker]] = field(default_factory=list)


_REGISTRY = _Registry()


def card(*, permit: Declared, order: int = 50) -> Callable[[CardMaker], CardMaker]:
    """Register a card; its maker answers None where nothing needs attention."""

    def register(make: CardMaker) -> CardMaker:
        _REGISTRY.cards.append((order, permit, make))
        return make

    return register


def glance(
    *, title: str, permit: Declared, order: int = 50
) -> Callable[[GlanceMaker], GlanceMaker]:
    """Register a wider part of the dashboard, such as a chart with its table."""

    def register(make: GlanceMaker) -> GlanceMaker:
        _REGISTRY.glances.append((order, title, permit, make))
        return make

    return register


def cards_for(request: HouseRequest) -> list[Card]:
    """The cards of this actor, in order."""
    made = [
        _asking(make, request)
        for _, permit, make in sorted(_REGISTRY.cards, key=lambda item: item[0])
        if may_open(request.actor, permit)
    ]
    return [item for item in side_by_side(made, counts_of) if item is not None]


def _asking(make: CardMaker, request: HouseRequest) -> Counted:
    """What a maker makes, whether it asks for counts or not."""
    made = make(request)
    return (yield from made) if isinstance(made, Generator) else made


def glances_for(request: HouseRequest) -> list[tuple[str, Body]]:
    """The wider parts of this actor's dashboard, in order."""
    made = (
        (title, make(request))
        for _, title, permit, make in sorted(_REGISTRY.glances, key=lambda item: item[0])
        if may_open(request.actor, permit)
    )
    return [(title, body) for title, body in made if body is not None]
