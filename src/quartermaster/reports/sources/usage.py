"""Evidence of the room usage: summaries that reached coordinators, reviews signed, and late."""

from datetime import datetime

from quartermaster.kernel.permits import Actor
from quartermaster.reports.evidence import Evidence, evidence
from quartermaster.usage.queries.posts import delivered_to, reviews_visible_to
from quartermaster.usage.queries.summaries import usage_visible_to
from quartermaster.usage.rules.reviews import ReviewState


@evidence("usage.summaries")
def summaries(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    """An overdue review is an open finding: against ITMD itself."""
    reviews = reviews_visible_to(actor)
    signed = reviews.filter(state=ReviewState.SIGNED)
    overdue = reviews.filter(state=ReviewState.OPEN).exclude(overdue_at=None)
    last = signed.order_by("-signed_at").values_list("signed_at", flat=True).first()
    return Evidence(
        (
            ("months of lines summed up", usage_visible_to(actor).count()),
            ("summaries delivered", delivered_to(actor).count()),
            ("reviews signed", signed.count()),
            ("reviews overdue", overdue.count()),
        ),
        last_run=last,
        open_findings=overdue.count(),
    )
