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
