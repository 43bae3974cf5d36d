"""What the warehouse and the summaries tell."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from quartermaster.kernel.events import Event, event


@event
@dataclass(frozen=True)
class DetailChanged(Event):
    """Other usage detail is in force for a cycle (G-9)."""

    tag = "usage.detail.changed"

    cycle_id: UUID


@event
@dataclass(frozen=True)
class ReviewOverdue(Event):
    """ITMD has not reviewed a month's usage in time (G-9): a finding against ITMD itself."""

    tag = "usage.review.overdue"

    review_id: UUID
    month: date
    due_on: date


@event
@dataclass(frozen=True)
class ReviewSigned(Event):
    """ITMD has reviewed a month's usage (G-9)."""

    tag = "usage.review.signed"

    review_id: UUID
    month: date
