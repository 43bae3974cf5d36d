"""What the room records tells the rooms above."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from quartermaster.kernel.events import Event, event


@event
@dataclass(frozen=True)
class PersonHeld(Event):
    """What a person has must be kept from now on. Says nothing of the matter."""

    tag: ClassVar[str] = "records.person.held"
    keeper_id: UUID
    person_id: UUID


@event
@dataclass(frozen=True)
class PersonLetGo(Event):
    """One hold less is on a person; others may still be."""

    tag: ClassVar[str] = "records.person.let-go"
    keeper_id: UUID
    person_id: UUID


@event
@dataclass(frozen=True)
class RecordSaved(Event):
    """A record is in the archive."""

    tag: ClassVar[str] = "records.record.saved"
    record_id: UUID
    author_id: UUID
