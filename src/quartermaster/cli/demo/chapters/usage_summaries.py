"""Summaries to the coordinators, one review signed and the next to be done."""

from datetime import UTC, datetime, timedelta

from django.utils.timezone import localdate

from quartermaster.jobs import outbox
from quartermaster.kernel.permits import system
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for
from quartermaster.usage.actions import posting, reviewing
from quartermaster.usage.models import LineUsage, Review
from quartermaster.usage.rules.cycles import month_earlier
from quartermaster.usage.rules.reviews import Looked

TITLE = "The usage of the month, sent and reviewed"
ORDER = 75
HOUSE = system("the demo")
ADMINISTRATOR = "2001"
NOTE = "The line on the pump station's gateway needs a larger plan; Water Works was asked."


def tell(at: datetime) -> None:
    """Sum up what came, mail it, sign the month before last, leave the last to be signed."""
    outbox.deliver_due(at)
    if not LineUsage.objects.exists():
        return
    before = month_earlier(localdate(at).replace(day=1))
    tenth = datetime(before.year, before.month, 10, 15, tzinfo=UTC)
    reviewing.open_reviews(actor=HOUSE, at=tenth)
    _sign(tenth + timedelta(days=3), at)
    posting.plan_posts(actor=HOUSE, at=at)
    posting.post_due(actor=HOUSE, at=at)
    reviewing.open_reviews(actor=HOUSE, at=at)


def _sign(then: datetime, at: datetime) -> None:
    person = Person.objects.filter(number=ADMINISTRATOR).first()
    if person is None:
        return
    for review in Review.objects.filter(state="open"):
        reviewing.sign_review(
            review_id=review.id,
            looked_at=[item.value for item in Looked],
            note=NOTE,
            actor=actor_for(person, at),
            at=then,
        )
