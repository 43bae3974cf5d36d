"""What orders tell the rooms above."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from quartermaster.kernel.events import Event, event


@event
@dataclass(frozen=True)
class OrderCancelled(Event):
    """An order came to nothing: what it was raised for is to be ordered again."""

    tag: ClassVar[str] = "billing.order.cancelled"
    order_id: UUID
    number: str
    request_item_ids: tuple[UUID, ...]


@event
@dataclass(frozen=True)
class PieceReceived(Event):
    """A piece that was ordered is in stock; which of the three it is, the others are None."""

    tag: ClassVar[str] = "billing.piece.received"
    order_id: UUID
    request_item_id: UUID
    device_id: UUID | None = None
    accessory_id: UUID | None = None
    line_id: UUID | None = None
    received_by_id: UUID | None = None
