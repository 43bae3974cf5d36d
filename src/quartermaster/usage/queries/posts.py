"""Reads of what was mailed to coordinators, with what became of each mail."""

from datetime import date

from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast

from quartermaster.kernel.permits import Actor, reach
from quartermaster.notify.models import Message
from quartermaster.notify.rules import MessageState
from quartermaster.usage.models import Review, SummaryPost
from quartermaster.usage.rules.reviews import PostState, ReviewState
from quartermaster.usage.summary_permits import POST_VIEW, REVIEW_VIEW


def with_delivery(rows: QuerySet[SummaryPost]) -> QuerySet[SummaryPost]:
    """With ``mail_state``, ``mail_error`` and ``delivered_at`` of the mail itself."""
    mail = Message.objects.filter(
        about_kind=SummaryPost._meta.label_lower,  # noqa: SLF001 (Django's documented name)
        about_id=Cast(OuterRef("pk"), CharField()),
    ).order_by("-created_at")
    return rows.annotate(
        mail_state=Subquery(mail.values("state")[:1]),
        mail_error=Subquery(mail.values("last_error")[:1]),
        delivered_at=Subquery(mail.values("sent_at")[:1]),
    )


def posts_visible_to(actor: Actor) -> QuerySet[SummaryPost]:
    """The summaries that were to be mailed: all of them, or those to oneself (G-9)."""
    rows = SummaryPost.objects.select_related("department", "coordinator", "paper", "sheet")
    if not reach(actor, POST_VIEW).everything:
        rows = rows.filter(coordinator_id=actor.person_id)
    return with_delivery(rows)


def delivered_to(actor: Actor) -> QuerySet[SummaryPost]:
    """Those that a mail server took, of what the actor may see."""
    return posts_visible_to(actor).filter(Q(mail_state=MessageState.SENT))


def undelivered(month: date) -> int:
    """How many summaries of a month no mail server has taken."""
    rows = with_delivery(SummaryPost.objects.filter(month=month)).exclude(state=PostState.LEFT)
    return rows.filter(Q(mail_state=None) | ~Q(mail_state=MessageState.SENT)).count()


def failed(month: date | None = None) -> QuerySet[SummaryPost]:
    """Summaries whose mail was given up, or that could not be made."""
    rows = with_delivery(SummaryPost.objects.all())
    if month is not None:
        rows = rows.filter(month=month)
    return rows.filter(Q(mail_state=MessageState.FAILED) | Q(state=PostState.DUE, attempts__gt=1))


def overdue_reviews() -> QuerySet[Review]:
    """Months that were found overdue and are not signed yet: known to everybody (G-9)."""
    rows = Review.objects.filter(state=ReviewState.OPEN).exclude(overdue_at=None)
    return rows.order_by("month")


def reviews_visible_to(actor: Actor) -> QuerySet[Review]:
    """ITMD's reviews: all of them, or none."""
    rows = Review.objects.select_related("signed_by")
    return rows if reach(actor, REVIEW_VIEW).everything else rows.none()
