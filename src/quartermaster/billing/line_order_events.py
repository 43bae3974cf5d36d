"""What orders to carriers tell the rooms above."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from quartermaster.kernel.events import Event, event


@event
@dataclass(frozen=True)
class LineOrderSettled(Event):
    """A carrier, or a person for it, gave its word; or the order was called off."""

    tag: ClassVar[str] = "billing.line-order.settled"
    order_id: UUID
    line_id: UUID
    kind: str
    state: str
    cause_kind: str
    cause_id: UUID | None
