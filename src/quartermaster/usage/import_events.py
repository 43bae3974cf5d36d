"""What imports tell."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from quartermaster.kernel.events import Event, event


@event
@dataclass(frozen=True)
class FileImported(Event):
    """A carrier's file was imported (G-9)."""

    tag: ClassVar[str] = "usage.file.imported"

    file_id: UUID


@event
@dataclass(frozen=True)
class FileRefused(Event):
    """A carrier's file was refused as a whole, or could not be read."""

    tag: ClassVar[str] = "usage.file.refused"

    file_id: UUID


@event
@dataclass(frozen=True)
class DifferenceFound(Event):
    """A total of an invoice is not what its charges add up to (G-12)."""

    tag: ClassVar[str] = "usage.difference.found"

    difference_id: UUID
    account: str
    cycle_until: date
