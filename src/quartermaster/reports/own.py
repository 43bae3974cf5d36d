"""Findings against ITMD itself: what the policy asks of it, and was not done in time."""

from quartermaster.usage.queries.posts import overdue_reviews


def against_itmd() -> list[str]:
    """Each in a sentence, without a name: fit for every report, the public one among them (G-9)."""
    return [
        f"ITMD has not reviewed the usage of {review.month:%B %Y}, which was due by"
        f" {review.due_on:%B} {review.due_on.day}, {review.due_on.year}."
        for review in overdue_reviews()
    ]
