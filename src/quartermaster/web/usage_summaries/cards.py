"""What of usage needs someone's attention."""

from django.urls import reverse

from quartermaster.usage.queries.posts import failed, reviews_visible_to
from quartermaster.usage.rules.reviews import ReviewState
from quartermaster.usage.summary_permits import POST_VIEW, REVIEW_VIEW
from quartermaster.web.cards import Card, card
from quartermaster.web.request import HouseRequest


@card(order=44, permit=REVIEW_VIEW)
def overdue(request: HouseRequest) -> Card | None:
    """Months that ITMD has not reviewed in time (G-9)."""
    rows = reviews_visible_to(request.actor).filter(state=ReviewState.OPEN)
    count = rows.exclude(overdue_at=None).count()
    if not count:
        return None
    sentence = "A finding against ITMD, until it is signed."
    address = reverse("usage_summaries:reviews")
    return Card("Overdue usage reviews", count, address, sentence, tone="bad")


@card(order=45, permit=POST_VIEW)
def not_delivered(_request: HouseRequest) -> Card | None:
    """Summaries that did not reach their coordinator (G-9)."""
    count = failed().count()
    if not count:
        return None
    sentence = "See why, put the address right, and try again under Mail."
    return Card(
        "Usage summaries not delivered",
        count,
        reverse("usage_summaries:posts"),
        sentence,
        tone="warning",
    )
