"""“Waiting for me”: what the reader has to do, said by each room from its folder.

.. code-block:: python

    @waits("Requests", permit=REQUEST_VIEW, order=10)
    def steps(request):
        for row in waiting_for(request.actor, request.at):
            yield Wait("Recommend: a phone for Ana", address_of(row), row.due_at)

Only what is the reader's own step is said here, not what they may look at.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from quartermaster.web.guard import Declared, may_open
from quartermaster.web.request import HouseRequest

MOST = 100  # of one kind; more are a list of their own


@dataclass(frozen=True)
class Wait:
    """One step: what, where, by when; ``note``: about whom, or for whom one stands in."""

    title: str
    address: str
    due_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class Group:
    """The steps of one kind."""

    title: str
    waits: tuple[Wait, ...]


Maker = Callable[[HouseRequest], Iterable[Wait]]
_MAKERS: list[tuple[int, str, Declared, Maker]] = []


def waits(title: str, *, permit: Declared, order: int = 50) -> Callable[[Maker], Maker]:
    """Register what yields the reader's steps of one kind, those due first in front."""

    def register(make: Maker) -> Maker:
        _MAKERS.append((order, title, permit, make))
        return make

    return register


def waiting_for(request: HouseRequest) -> list[Group]:
    """What waits for whoever asks, by kind."""
    found = []
    for _, title, permit, make in sorted(_MAKERS, key=lambda item: item[:2]):
        if may_open(request.actor, permit):
            rows = tuple(wait for _, wait in zip(range(MOST), make(request), strict=False))
            if rows:
                found.append(Group(title, rows))
    return found
