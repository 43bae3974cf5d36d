"""What of usage needs someone's attention."""

from django.urls import reverse

from quartermaster.usage.queries.posts import failed, reviews_visible_to
from quartermaster.usage.rules.reviews import ReviewState
from quartermaster.usage.summary_permits import POST_VIEW, REVIEW_VIEW
from quartermaster.web.cards import Card, Counted, card
from quartermaster.web.request import HouseRequest


@card(order=44, permit=REVIEW_VIEW)
def overdue(request: HouseRequest) -> Counted:
    """Months that ITMD has not reviewed in time (G-9)."""
    rows = reviews_visible_to(request.actor).filter(state=ReviewState.OPEN)
    count = yield rows.exclude(overdue_at=None)
    if not count:
        return None
    sentence = "A finding against ITMD, until it is signed."
    address = reverse("usage_summaries:reviews")
    return Card("Overdue usage reviews", count, address, sentence, tone="bad")


@card(order=45, permit=POST_VIEW)
def not_delivered(_request: HouseRequest) -> Counted:
    """Summaries that did not reach their coordinator (G-9)."""
    count = yield failed()
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
