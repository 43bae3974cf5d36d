"""What compliance does when ITMD has not reviewed a month's usage in time (G-9)."""

from datetime import datetime

from quartermaster.compliance.actions import departments
from quartermaster.kernel.dates import written_day
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system
from quartermaster.usage.usage_events import ReviewOverdue, ReviewSigned

HOUSE = system("compliance")
SOURCE = "usage.review"


@on(ReviewOverdue)
def open_overdue_review(event: ReviewOverdue, at: datetime) -> None:
    """ITMD answers for its own reviews, too (G-9)."""
    month, due = f"{event.month:%B %Y}", written_day(event.due_on)
    departments.open_department_finding(
        source_kind=SOURCE,
        source_id=event.review_id,
        department_id=None,
        clause="G-9",
        title="Usage not reviewed",
        observed=f"The usage of {month} was to be reviewed by {due}.",
        remedy="Review it, and sign it off.",
        actor=HOUSE,
        at=at,
    )


@on(ReviewSigned)
def settle_overdue_review(event: ReviewSigned, at: datetime) -> None:
    departments.settle_department_finding(
        source_kind=SOURCE,
        source_id=event.review_id,
        reason="It was reviewed and signed off.",
        actor=HOUSE,
        at=at,
    )
