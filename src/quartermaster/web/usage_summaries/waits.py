"""The month that ITMD has to review."""

from django.conf import settings
from django.urls import reverse

from quartermaster.kernel.workdays import end_of_day
from quartermaster.usage.queries.posts import reviews_visible_to
from quartermaster.usage.rules.reviews import ReviewState
from quartermaster.usage.summary_permits import REVIEW_SIGN
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Steps, Wait, waits


@waits("Usage reviews", permit=REVIEW_SIGN, order=60)
def steps(request: HouseRequest) -> Steps:
    """Each month that is open, with its day (G-9)."""
    rows = reviews_visible_to(request.actor).filter(state=ReviewState.OPEN)
    if not (yield rows):
        return
    for review in rows.order_by("due_on"):
        address = reverse("usage_summaries:review", kwargs={"key": review.pk})
        due = end_of_day(review.due_on, settings.TIME_ZONE)
        yield Wait(f"Review and sign the usage of {review.month:%B %Y}", address, due)
