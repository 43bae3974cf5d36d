"""What the devices' door and a driver say to one another: requests, answers, routes."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:  # a driver names a request; what the desk does with it imports the drivers' words
    from quartermaster.mdm.desk import Desk, Pool

T = TypeVar("T")


@dataclass(frozen=True)
class Request:
    """One request of a device, its body read whole within the route's bound.

    ``path`` is what follows the route's prefix; header names are in lower case. ``in_thread`` runs
    an action of a room (which speaks to the database by itself) away from the event loop.
    What ``pool`` keeps is on the disk before the reply; what ``relaxed`` keeps may be lost in a
    crash of the database and must be something that the device says or asks again.
    ``peer`` is the address from which the request came: a proxy's, where there is one.
    ``desk`` takes what devices say all day, several at a time.
    ``nudge`` has the worker look, soon, at what was left to be done after the reply.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    at: datetime
    pool: "Pool"
    relaxed: "Pool"
    desk: "Desk"
    in_thread: Callable[[Callable[[], T]], Awaitable[T]]
    nudge: Callable[[], None]
    peer: str = ""


@dataclass(frozen=True)
class Answer:
    """What the device gets: a body, or a ``stream`` that is read as fast as the device takes it."""

    body: bytes = b""
    status: int = 200
    media_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: "Stream | None" = None


@dataclass(frozen=True)
class Stream:
    """So many bytes, piece by piece; ``pieces`` is read in a thread and closed in any case."""

    size: int
    pieces: Iterator[bytes]
    close: Callable[[], None]


@dataclass(frozen=True)
class Route:
    """A part of the door that belongs to a driver. ``limit`` bounds the body, in bytes."""

    prefix: str
    methods: frozenset[str]
    handler: Callable[[Request], Awaitable[Answer]]
    limit: int = 0
