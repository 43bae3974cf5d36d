"""ITMD's review of a month: opened by the clock, signed by a person, overdue on record (G-9)."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.workdays import working_day_after
from quartermaster.notify import actions as post
from quartermaster.org.queries import people_with_role
from quartermaster.org.roles import Role
from quartermaster.policy.rules.versions import city_date
from quartermaster.usage.models import LineUsage, Review
from quartermaster.usage.queries.posts import undelivered
from quartermaster.usage.queries.summaries import By, far_off, summed, usage_visible_to
from quartermaster.usage.rules.cycles import month_earlier
from quartermaster.usage.rules.reviews import REVIEW, Looked, ReviewState
from quartermaster.usage.summary_permits import REVIEW_OPEN, REVIEW_SIGN
from quartermaster.usage.usage_events import ReviewOverdue, ReviewSigned

LONGEST_NOTE = 4000
SHORTEST_NOTE = 10


def month_over(today: date) -> date | None:
    """The month whose summaries are out on this day: the one before, from the mail's day on."""
    if today.day < settings.USAGE_MAIL_DAY or not LineUsage.objects.exists():
        return None
    return month_earlier(today.replace(day=1))


def open_reviews(*, actor: Actor, at: datetime) -> int:
    """Open the review of the month that is over, and say of those overdue that they are (G-9).

    How many were opened or found overdue.
    """
    require(actor, REVIEW_OPEN)
    today = city_date(at, settings.TIME_ZONE)
    with act(actor, at) as doing:
        return _open(today, doing) + _find_overdue(today, doing)


def _open(today: date, doing: Act) -> int:
    month = month_over(today)
    if month is None or Review.objects.filter(month=month).exists():
        return 0
    sent_on = today.replace(day=settings.USAGE_MAIL_DAY)
    holidays = frozenset(date.fromisoformat(text) for text in settings.HOLIDAYS)
    due_on = working_day_after(sent_on, settings.USAGE_REVIEW_DAYS, holidays)
    review, made = Review.objects.get_or_create(
        month=month, defaults={"due_on": due_on, "opened_at": doing.at}
    )
    if not made:
        return 0
    doing.record("usage.review.opened", review, month=month.isoformat(), due=due_on.isoformat())
    _tell(review, doing, overdue=False)
    return 1


def _find_overdue(today: date, doing: Act) -> int:
    rows = Review.objects.select_for_update(skip_locked=True).filter(
        state=ReviewState.OPEN, overdue_at=None, due_on__lt=today
    )
    for review in rows:
        Review.objects.filter(id=review.id, overdue_at=None).update(overdue_at=doing.at)
        doing.record("usage.review.overdue", review, due=review.due_on.isoformat())
        doing.emit(ReviewOverdue(review.id, review.month, review.due_on))
        _tell(review, doing, overdue=True)
    return len(rows)


def sign_review(
    *, review_id: UUID, looked_at: Collection[str], note: str, actor: Actor, at: datetime
) -> Review:
    """Sign a month's review as a person of ITMD: what was looked at, and what came of it (G-9).

    Raises:
        Refused: no permit, or no person.
        InvalidInput: something was not looked at, or nothing is said of what stands out.
        Conflict: it is signed already.
    """
    require(actor, REVIEW_SIGN)
    if actor.person_id is None:
        raise Refused("A person signs a review; the house itself cannot.")
    said = note.strip()
    if len(said) > LONGEST_NOTE:
        raise InvalidInput(f"At most {LONGEST_NOTE} letters.", field="note")
    missing = [item for item in Looked if item.value not in looked_at]
    if missing:
        raise InvalidInput(f"Not looked at yet: {missing[0].label.lower()}.", field="looked_at")
    with act(actor, at) as doing:
        review = Review.objects.select_for_update().filter(id=review_id).first()
        if review is None:
            raise NotFound("There is no such review.")
        REVIEW.target("sign", ReviewState(review.state))
        figures = figures_of(review, actor, at)
        if len(said) < SHORTEST_NOTE and (figures["stand_out"] or figures["undelivered"]):
            raise InvalidInput("Say what comes of what stands out or did not arrive.", field="note")
        rows = Review.objects.filter(id=review.id, state=ReviewState.OPEN)
        changed = rows.update(
            state=ReviewState.SIGNED,
            signed_by_id=actor.person_id,
            signed_at=at,
            looked_at=[item.value for item in Looked],
            note=said,
            figures=figures,
        )
        if changed != 1:
            raise Conflict("It was signed in the meantime.")
        review.refresh_from_db()
        doing.record("usage.review.signed", review, figures=figures, late=bool(review.overdue_at))
        doing.emit(ReviewSigned(review.id, review.month))
    return review


def figures_of(review: Review, actor: Actor, at: datetime) -> dict[str, Any]:
    """What the month comes to: kept with the signature."""
    rows = usage_visible_to(actor).filter(month=review.month)
    whole = summed(rows, By.CITY, at)[0]
    return {
        "lines": whole.lines,
        **asdict(whole.figures),
        "nobodys": rows.filter(department=None).values("number").distinct().count(),
        "stand_out": len({one.usage.id for one in far_off(actor, review.month)}),
        "undelivered": undelivered(review.month),
    }


def _tell(review: Review, doing: Act, *, overdue: bool) -> None:
    for person in people_with_role(Role.ITMD_ADMIN, doing.at):
        post.send(
            template="usage/notices/review",
            to=person.email,
            name=person.name,
            context={
                "review": review,
                "overdue": overdue,
                "link": f"{settings.WEB_URL}/usage/reviews/{review.id}/",
            },
            key=f"usage-review:{review.id}:{'overdue' if overdue else 'open'}:{person.id}",
            actor=doing.actor,
            at=doing.at,
            about=review,
        )
