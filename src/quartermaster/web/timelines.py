"""Timelines: what happened to a thing, gathered from every room that knows of it.

.. code-block:: python

    @happened("device", lane="Management", permit=ENROLMENT_VIEW, order=20)
    def enrolments(request, device):
        yield Happening(at, "Enrolled", tone="good", address=reverse(…))

A room registers in ``web/ROOM/timelines.py``, found by itself. What it yields is trimmed by the
room's own queries.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quartermaster.web.guard import Declared, may_open
from quartermaster.web.request import HouseRequest

MOST = 200


@dataclass(frozen=True)
class Happening:
    """One event in the life of a thing."""

    at: datetime
    title: str
    note: str = ""
    tone: str = "info"
    address: str = ""


Maker = Callable[[HouseRequest, Any], Iterable[Happening]]


@dataclass(frozen=True)
class Source:
    """Events of one kind, in a lane of the picture."""

    lane: str
    order: int
    permit: Declared
    make: Maker


@dataclass(frozen=True)
class Lane:
    """The events of one kind, oldest first."""

    title: str
    events: tuple[Happening, ...]


_SOURCES: dict[str, list[Source]] = {}


def happened(
    kind: str, *, lane: str, permit: Declared, order: int = 50
) -> Callable[[Maker], Maker]:
    """Register events for the timelines of one kind of thing ("device", "line", …)."""

    def register(make: Maker) -> Maker:
        _SOURCES.setdefault(kind, []).append(Source(lane, order, permit, make))
        return make

    return register


def lanes_of(kind: str, request: HouseRequest, thing: Any) -> list[Lane]:
    """The lanes in which something happened that this actor may see; the latest `MOST` of each."""
    found: dict[str, list[Happening]] = {}
    for source in sorted(_SOURCES.get(kind, []), key=lambda item: (item.order, item.lane)):
        if may_open(request.actor, source.permit):
            found.setdefault(source.lane, []).extend(source.make(request, thing))
    return [
        Lane(title, tuple(sorted(events, key=lambda item: item.at)[-MOST:]))
        for title, events in found.items()
        if events
    ]
