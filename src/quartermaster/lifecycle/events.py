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


@event
@dataclass(frozen=True)
class RequestAuthorised(Event):
    """ITMD authorised a request; what is not in stock is to be ordered (G-12)."""

    tag: ClassVar[str] = "lifecycle.request.authorised"
    request_id: UUID


@event
@dataclass(frozen=True)
class RequestEnded(Event):
    """A request is handed out, or over for another reason."""

    tag: ClassVar[str] = "lifecycle.request.ended"
    request_id: UUID
    state: str


@event
@dataclass(frozen=True)
class LoanEnded(Event):
    """A hot-spot came back, or was never collected."""

    tag: ClassVar[str] = "lifecycle.loan.ended"
    loan_id: UUID
    state: str
