"""What the room policy tells the rooms above."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from quartermaster.kernel.events import Event, event


@event
@dataclass(frozen=True)
class RequirementsChanged(Event):
    """What is required changed, in these departments; without any: everywhere."""

    tag: ClassVar[str] = "policy.requirements.changed"

    department_ids: tuple[UUID, ...] = ()


@event
@dataclass(frozen=True)
class PolicyAdopted(Event):
    """A version was adopted; it is in force from a date that may lie ahead."""

    tag: ClassVar[str] = "policy.version.adopted"

    version_id: UUID
    document: str
    number: int
    in_force_on: date


@event
@dataclass(frozen=True)
class PolicyAcknowledged(Event):
    """A person acknowledged a version."""

    tag: ClassVar[str] = "policy.version.acknowledged"

    person_id: UUID
    version_id: UUID
