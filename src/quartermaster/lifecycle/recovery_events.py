"""What the rooms above hear of people who leave."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from quartermaster.kernel.events import Event, event


@event
@dataclass(frozen=True)
class RecoveryOpened(Event):
    """A person leaves, or is going to: what they have is due (C-4)."""

    tag: ClassVar[str] = "lifecycle.recovery.opened"
    recovery_id: UUID
    person_id: UUID


@event
@dataclass(frozen=True)
class RecoveryClosed(Event):
    """Nothing is owed of the person any longer."""

    tag: ClassVar[str] = "lifecycle.recovery.closed"
    recovery_id: UUID
    person_id: UUID
