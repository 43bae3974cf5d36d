"""What the lifecycle of things tells the rooms above."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from quartermaster.kernel.events import Event, event


@event
@dataclass(frozen=True)
class HandedOut(Event):
    """A person signed for things; ``refused`` counts what they did not take."""

    tag: ClassVar[str] = "lifecycle.handover.signed"
    handover_id: UUID
    holder_id: UUID
    device_ids: tuple[UUID, ...]
    accessory_ids: tuple[UUID, ...]
    refused: int
