"""Evidence of the room usage: summaries that reached coordinators, reviews signed, and late."""

from datetime import datetime

from django.db.models import Q

from quartermaster.kernel.permits import Actor
from quartermaster.reports.evidence import ALL, Evidence, evidence, tally
from quartermaster.usage.queries.detail_requests import detail_requests_visible_to
from quartermaster.usage.queries.posts import delivered_to, reviews_visible_to
from quartermaster.usage.queries.summaries import usage_visible_to
from quartermaster.usage.rules.detail_requests import DetailState
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


@evidence("usage.detail")
def detail(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    """Requests for detail and what became of them; of whom they were is not said."""
    return tally(
        detail_requests_visible_to(actor),
        ("requests for detail", ALL),
        ("granted", Q(expires_at__isnull=False)),
        ("declined", Q(state=DetailState.DECLINED)),
        last="asked_at",
    )
