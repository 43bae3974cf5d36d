"""What compliance tells the rooms above."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from quartermaster.kernel.events import Event, event


@event
@dataclass(frozen=True)
class FindingOpened(Event):
    tag: ClassVar[str] = "compliance.finding.opened"
    finding_id: UUID
    device_id: UUID


@event
@dataclass(frozen=True)
class FindingClosed(Event):
    tag: ClassVar[str] = "compliance.finding.closed"
    finding_id: UUID
    device_id: UUID
    state: str


@event
@dataclass(frozen=True)
class HolderTold(Event):
    """The notice of a finding went out, and the time to put it right runs."""

    tag: ClassVar[str] = "compliance.holder.told"
    finding_id: UUID
    device_id: UUID


@event
@dataclass(frozen=True)
class CaseReferred(Event):
    tag: ClassVar[str] = "compliance.case.referred"
    case_id: UUID
    holder_id: UUID


@event
@dataclass(frozen=True)
class CaseEnded(Event):
    tag: ClassVar[str] = "compliance.case.ended"
    case_id: UUID
    state: str


@event
@dataclass(frozen=True)
class AccessChanged(Event):
    """City services have to look again whether they admit a device."""

    tag: ClassVar[str] = "compliance.access.changed"
    device_id: UUID
    admitted: bool
