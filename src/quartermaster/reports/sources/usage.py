"""Evidence of the room usage: summaries that reached coordinators, reviews signed, and late."""

from datetime import datetime

from django.db.models import Q

from quartermaster.kernel.permits import Actor
from quartermaster.reports.evidence import Evidence, evidence, tally
from quartermaster.usage.queries.posts import delivered_to, reviews_visible_to
from quartermaster.usage.queries.summaries import usage_visible_to
from quartermaster.usage.rules.reviews import ReviewState


@evidence("usage.summaries")
def summaries(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    """An overdue review is an open finding: against ITMD itself."""
    overdue = Q(state=ReviewState.OPEN, overdue_at__isnull=False)
    reviews = tally(
        reviews_visible_to(actor),
        ("reviews signed", Q(state=ReviewState.SIGNED)),
        ("reviews overdue", overdue),
        last="signed_at",
        still_open=overdue,
    )
    return Evidence(
        (
            ("months of lines summed up", usage_visible_to(actor).count()),
            ("summaries delivered", delivered_to(actor).count()),
            *reviews.counts,
        ),
        reviews.last_run,
        reviews.open_findings,
    )
