"""What losses tell the rooms above."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from quartermaster.kernel.events import Event, event


@event
@dataclass(frozen=True)
class LossReported(Event):
    tag: ClassVar[str] = "lifecycle.loss.reported"
    loss_id: UUID
    device_id: UUID
    kind: str


@event
@dataclass(frozen=True)
class LossEnded(Event):
    """A case is closed: found, repaired, given up, written off."""

    tag: ClassVar[str] = "lifecycle.loss.ended"
    loss_id: UUID
    device_id: UUID
    state: str


@event
@dataclass(frozen=True)
class LossReferred(Event):
    """ITMD holds the employee responsible; whoever keeps cases prepares one."""

    tag: ClassVar[str] = "lifecycle.loss.referred"
    loss_id: UUID
    device_id: UUID
    holder_id: UUID
    responsibility: str


@event
@dataclass(frozen=True)
class ReplacementWanted(Event):
    """Nothing in stock meets the needs: something has to be ordered for the employee."""

    tag: ClassVar[str] = "lifecycle.loss.replacement-wanted"
    loss_id: UUID
    person_id: UUID
    device_class: str
    needs: tuple[str, ...]
