"""What the rooms above hear of people and departments."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from quartermaster.kernel.events import Event, event


@event
@dataclass(frozen=True)
class PersonJoined(Event):
    """Someone new is in the city's service."""

    tag: ClassVar[str] = "org.person.joined"
    person_id: UUID
    department_id: UUID


@event
@dataclass(frozen=True)
class PersonMoved(Event):
    """A person works in another department from now on."""

    tag: ClassVar[str] = "org.person.moved"
    person_id: UUID
    from_department_id: UUID
    to_department_id: UUID


@event
@dataclass(frozen=True)
class PersonSeparated(Event):
    """A person has left the city's service."""

    tag: ClassVar[str] = "org.person.separated"
    person_id: UUID
    separated_on: date


@event
@dataclass(frozen=True)
class SeparationPlanned(Event):
    """A person is going to leave the city's service; the date may change, or be dropped."""

    tag: ClassVar[str] = "org.person.separation-planned"
    person_id: UUID
    separated_on: date


@event
@dataclass(frozen=True)
class SeparationDropped(Event):
    """A person who was going to leave stays after all."""

    tag: ClassVar[str] = "org.person.separation-dropped"
    person_id: UUID


@event
@dataclass(frozen=True)
class PersonReinstated(Event):
    """A separated person is in the city's service again."""

    tag: ClassVar[str] = "org.person.reinstated"
    person_id: UUID


@event
@dataclass(frozen=True)
class DepartmentCoverageChanged(Event):
    """A department is covered by the policy from now on, or excluded from it (S-3)."""

    tag: ClassVar[str] = "org.department.coverage-changed"
    department_id: UUID
    coverage: str
