"""“Waiting for me”: what the reader has to do, said by each room from its folder.

.. code-block:: python

    @waits("Questions", permit=DECISION_MAKE, order=10)
    def answers(request) -> Steps:
        rows = questions_visible_to(request.actor).filter(state="waiting")
        if (yield rows):
            for row in rows:
                yield Wait("Answer: a game for Ana", address_of(row), row.due_at)

Only what is the reader's own step is said here, not what they may look at. To yield a query is to
ask whether it finds anything: mostly it does not, and all kinds are asked of in one statement.
"""

from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from quartermaster.kernel.asking import any_of, side_by_side
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


Steps = Generator[Wait | QuerySet[Any], bool | None, None]
Maker = Callable[[HouseRequest], Steps]
_MAKERS: list[tuple[int, str, Declared, Maker]] = []


def waits(title: str, *, permit: Declared, order: int = 50) -> Callable[[Maker], Maker]:
    """Register what yields the reader's steps of one kind, those due first in front."""

    def register(make: Maker) -> Maker:
        _MAKERS.append((order, title, permit, make))
        return make

    return register


def waiting_for(request: HouseRequest) -> list[Group]:
    """What waits for whoever asks, by kind."""
    kinds = [
        _told(title, make(request))
        for _, title, permit, make in sorted(_MAKERS, key=lambda item: item[:2])
        if may_open(request.actor, permit)
    ]
    return [kind for kind in side_by_side(kinds, any_of) if kind.waits]


def _told(title: str, steps: Steps) -> Generator[QuerySet[Any], bool, Group]:
    """What one kind tells, as much as is shown; its questions are passed on."""
    told: list[Wait] = []
    answer = None
    with suppress(StopIteration):
        while len(told) < MOST:
            said = steps.send(answer)
            answer = None
            if isinstance(said, QuerySet):
                answer = yield said
            else:
                told.append(said)
    return Group(title, tuple(told))
