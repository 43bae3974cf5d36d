"""What is told of software: that something was decided, and to whom it was assigned."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from quartermaster.kernel.events import Event, event


@event
@dataclass(frozen=True)
class SoftwareDecided(Event):
    """An application of the catalogue was added, changed, retired, or has another version."""

    tag: ClassVar[str] = "mdm.software.decided"
    software_id: UUID


@event
@dataclass(frozen=True)
class SoftwareAssigned(Event):
    """Who is to have an application changed: in a department, or on one device."""

    tag: ClassVar[str] = "mdm.software.assigned"
    software_id: UUID
    department_id: UUID | None
    device_id: UUID | None
