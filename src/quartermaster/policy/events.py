"""What the room policy tells the rooms above."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from quartermaster.kernel.events import Event, event


@event
@dataclass(frozen=True)
class RequirementsChanged(Event):
    """What is required changed, in these departments; without any: everywhere."""

    tag: ClassVar[str] = "policy.requirements.changed"

    department_ids: tuple[UUID, ...] = ()
