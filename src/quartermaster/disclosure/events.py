"""What the room disclosure tells the rooms above."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from quartermaster.kernel.events import Event, event


@event
@dataclass(frozen=True)
class RequestFiled(Event):
    tag: ClassVar[str] = "disclosure.request.filed"
    request_id: UUID


@event
@dataclass(frozen=True)
class RequestAnswered(Event):
    """A request has its answer; what it reached may be destroyed when ``kept_until`` is over."""

    tag: ClassVar[str] = "disclosure.request.answered"
    request_id: UUID
    outcome: str


@event
@dataclass(frozen=True)
class RequestWithdrawn(Event):
    """A request is closed without an answer."""

    tag: ClassVar[str] = "disclosure.request.withdrawn"
    request_id: UUID


@event
@dataclass(frozen=True)
class RequestReopened(Event):
    """A request that was closed is worked on again."""

    tag: ClassVar[str] = "disclosure.request.reopened"
    request_id: UUID
