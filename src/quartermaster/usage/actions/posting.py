"""The summary of a month to each coordinator: a row first, then paper, workbook and mail (G-9)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.text import slugify

from quartermaster.files import actions as files
from quartermaster.files.papers import PDF
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import HouseError
from quartermaster.kernel.permits import Actor, require
from quartermaster.notify import actions as post
from quartermaster.org.models import Standing
from quartermaster.org.queries import actor_for, roles_in_force
from quartermaster.org.roles import Role
from quartermaster.policy.rules.versions import city_date
from quartermaster.usage import papers, sheets
from quartermaster.usage.actions.reviewing import month_over
from quartermaster.usage.models import SummaryPost
from quartermaster.usage.rules.reviews import PostState
from quartermaster.usage.rules.telling import TITLES, amount
from quartermaster.usage.summary_permits import POST_SEND

TEMPLATE = "usage/notices/summary"
MOST = 100
PAUSE = timedelta(hours=1)


def plan_posts(*, actor: Actor, at: datetime) -> int:
    """Write down who is to get the summary of the month that is over; how many are new (G-9)."""
    require(actor, POST_SEND)
    month = month_over(city_date(at, settings.TIME_ZONE))
    if month is None:
        return 0
    held = roles_in_force(at).filter(role=Role.COORDINATOR, department__isnull=False)
    known = set(
        SummaryPost.objects.filter(month=month).values_list("department_id", "coordinator_id")
    )
    asked = held.filter(person__standing=Standing.ACTIVE)
    pairs = set(asked.values_list("department_id", "person_id")) - known
    rows = [
        SummaryPost(month=month, department_id=one, coordinator_id=who, due_at=at, made_at=at)
        for one, who in sorted(pairs, key=str)
    ]
    return len(SummaryPost.objects.bulk_create(rows, ignore_conflicts=True))


def post_due(*, actor: Actor, at: datetime) -> int:
    """Make and mail the summaries that are due; how many rows were dealt with (G-9)."""
    require(actor, POST_SEND)
    done = 0
    while done < MOST and _post_next(actor, at):
        done += 1
    return done


def _post_next(actor: Actor, at: datetime) -> bool:
    with act(actor, at) as doing:
        rows = SummaryPost.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            state=PostState.DUE, due_at__lte=at
        )
        row = rows.select_related("department", "coordinator").order_by("due_at", "id").first()
        if row is None:
            return False
        try:
            with act(actor, at) as inner:
                _post(row, inner)
        except HouseError as problem:
            _wait(row, doing, PAUSE * (row.attempts + 1), problem.message)
    return True


def _wait(row: SummaryPost, doing: Act, pause: timedelta, why: str = "") -> None:
    SummaryPost.objects.filter(id=row.id, state=PostState.DUE).update(
        due_at=doing.at + pause, attempts=row.attempts + 1 if why else row.attempts, last_error=why
    )


def _post(row: SummaryPost, doing: Act) -> None:
    person, at = row.coordinator, doing.at
    held = roles_in_force(at).filter(
        role=Role.COORDINATOR, person=person, department=row.department
    )
    if person.standing != Standing.ACTIVE or not held.exists():
        SummaryPost.objects.filter(id=row.id, state=PostState.DUE).update(state=PostState.LEFT)
        doing.record("usage.summary.left", row, why="coordinates no longer")
        return
    # as the coordinator, so that a paper never says more than their page
    found = papers.summary_of(row.department, row.month, actor=actor_for(person, at), at=at)
    patience = timedelta(days=settings.USAGE_MAIL_WAIT_DAYS)
    if not found.whole.lines and at - row.made_at < patience:
        _wait(row, doing, timedelta(days=1))
        return
    name = f"usage-{slugify(row.department.code)}-{row.month:%Y-%m}"
    paper = files.store(
        content=papers.paper(found, at=at.replace(microsecond=0)),
        media_type=PDF,
        name=f"{name}.pdf",
        actor=doing.actor,
        at=at,
    )
    sheet = files.store(
        content=papers.workbook(found),
        media_type=sheets.XLSX,
        name=f"{name}.xlsx",
        actor=doing.actor,
        at=at,
    )
    SummaryPost.objects.filter(id=row.id, state=PostState.DUE).update(
        state=PostState.POSTED,
        posted_at=at,
        paper=paper,
        sheet=sheet,
        lines=found.whole.lines,
        last_error="",
    )
    post.send(
        template=TEMPLATE,
        to=person.email,
        name=person.name,
        context=_context(row, found),
        key=row.key,
        actor=doing.actor,
        at=at,
        about=row,
        attachments=(paper, sheet),
    )
    doing.record(
        "usage.summary.posted",
        row,
        month=row.month.isoformat(),
        lines=found.whole.lines,
        paper=paper.digest,
        sheet=sheet.digest,
    )


def _context(row: SummaryPost, found: papers.Summary) -> dict[str, Any]:
    figures = found.whole.figures
    return {
        "department": row.department.name,
        "month": row.month,
        "lines": found.whole.lines,
        "tiles": [
            (TITLES[name], amount(name, getattr(figures, name)), papers.changed(found, name))
            for name in papers.SHOWN
        ],
        "far": len({one.usage.id for one in found.far}),
        "link": address_of(row.department_id, row.month),
    }


def address_of(department_id: object, month: date) -> str:
    """The coordinator's page of a month."""
    said = f"{month:%Y-%m}"
    return (
        f"{settings.WEB_URL}/usage/summaries/?department={department_id}&first={said}&last={said}"
    )
