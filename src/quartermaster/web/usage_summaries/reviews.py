"""ITMD's reviews, the summaries that went out, and the files that went with them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django_tables2 import Column

from quartermaster.files.models import StoredFile
from quartermaster.files.papers import PDF
from quartermaster.files.queries import read_file
from quartermaster.kernel.errors import NotFound
from quartermaster.usage import sheets
from quartermaster.usage.actions.reviewing import figures_of, sign_review
from quartermaster.usage.models import Review, SummaryPost
from quartermaster.usage.queries.posts import posts_visible_to, reviews_visible_to
from quartermaster.usage.queries.summaries import By, far_off, summed, usage_visible_to
from quartermaster.usage.rules.reviews import PostState, ReviewState
from quartermaster.usage.rules.telling import TITLES, amount, explained
from quartermaster.usage.summary_permits import POST_VIEW, REVIEW_SIGN, REVIEW_VIEW, SUMMARY_VIEW
from quartermaster.web.marks import chip, full_date, full_time
from quartermaster.web.pages import (
    ActPage,
    Button,
    ChipColumn,
    Crumb,
    DetailPage,
    Fact,
    LinkColumn,
    ListPage,
    Table,
    WhenColumn,
)
from quartermaster.web.pages.base import OneRow
from quartermaster.web.usage_summaries.forms import SignForm
from quartermaster.web.usage_summaries.views import COLUMNS, cells_of

_MAIL = {"sent": "Taken by the mail server", "queued": "On its way", "failed": "Given up"}
_TONES = {"sent": "good", "queued": "info", "failed": "bad"}


class ReviewTable(Table):
    month = LinkColumn("usage_summaries:review", accessor="__str__", order_by="month")
    state = ChipColumn({"open": "warning", "signed": "good"})
    due_on = WhenColumn(verbose_name="Due")
    overdue_at = WhenColumn(verbose_name="Found overdue")
    signed_by = Column(accessor="signed_by__name", verbose_name="Signed by", orderable=False)
    signed_at = WhenColumn(verbose_name="Signed")

    class Meta(Table.Meta):
        model = Review
        fields = ()


class Reviews(ListPage[Review]):
    """The months that ITMD reviews (G-9)."""

    permit = REVIEW_VIEW
    title = "Usage reviews"
    lead = (
        "ITMD reviews each month after the summaries went out. What is not signed in time is a"
        " finding against ITMD itself."
    )
    table_class = ReviewTable
    empty = "No month has been opened for review yet. The first is, once its summaries are out."
    noun = ("review", "reviews")

    def rows(self) -> QuerySet[Review]:
        return reviews_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return [Button("Summaries sent", "usage_summaries:posts", POST_VIEW)]


class ReviewPage(DetailPage[Review]):
    """One month: what was to be looked at, whom the summaries reached, who signed (G-9)."""

    permit = REVIEW_VIEW
    thing = "review"
    template_name = "usage_summaries/review.html"

    def rows(self) -> QuerySet[Review]:
        return reviews_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Usage reviews", reverse("usage_summaries:reviews")),)

    def state(self) -> Any:
        if self.object.state == ReviewState.SIGNED:
            return chip("Signed late" if self.object.overdue_at else "Signed", tone="good")
        return chip("Overdue" if self.object.overdue_at else "To be reviewed", tone="warning")

    def facts(self) -> Sequence[Fact]:
        row = self.object
        told = [Fact("Due", full_date(row.due_on))]
        if row.overdue_at:
            told.append(
                Fact("Found overdue", full_time(row.overdue_at), note="A finding against ITMD")
            )
        if row.signed_at:
            told.append(Fact("Signed", full_time(row.signed_at), note=str(row.signed_by)))
        figures = row.figures or figures_of(row, self.actor, self.at)
        told.append(Fact("Lines", f"{figures['lines']:,}"))
        told += [Fact(TITLES[name], amount(name, figures[name])) for name in COLUMNS]
        told += [
            Fact("Lines that stand out", figures["stand_out"]),
            Fact("Lines that belong to nobody", figures["nobodys"]),
            Fact("Summaries not delivered", figures["undelivered"]),
        ]
        return told

    def buttons(self) -> Sequence[Button]:
        if self.object.state == ReviewState.SIGNED:
            return ()
        key = {"key": self.object.pk}
        return (Button("Sign the review", "usage_summaries:sign", REVIEW_SIGN, key, ""),)

    def context(self) -> dict[str, Any]:
        month, said = self.object.month, f"{self.object.month:%Y-%m}"
        rows = usage_visible_to(self.actor).filter(month=month)
        departments = summed(rows, By.DEPARTMENT, self.at)
        return {
            **super().context(),
            "titles": [TITLES[name] for name in COLUMNS],
            "departments": [
                {"label": one.label, "lines": one.lines, "cells": cells_of(one)}
                for one in departments
            ],
            "far": [
                {
                    "usage": one.usage,
                    "address": reverse("usage_summaries:line", kwargs={"key": one.usage.pk}),
                    "why": explained(one.measure, one.off),
                }
                for one in far_off(self.actor, month)
            ],
            "posts": [
                {"post": post, "state": delivery(post)}
                for post in posts_visible_to(self.actor).filter(month=month)
            ],
            "summary": reverse("usage_summaries:summary")
            + f"?by=department&first={said}&last={said}",
        }


def delivery(post: Any) -> Any:
    """What became of a summary's mail, as a chip."""
    if post.state != PostState.POSTED:
        return chip(PostState(post.state).label, tone="neutral")
    said = post.mail_state or "queued"
    return chip(_MAIL[said], tone=_TONES[said])


class SignReview(ActPage[Review]):
    """Sign a month's review (G-9)."""

    permit = REVIEW_SIGN
    thing = "review"
    title = "Sign the review"
    sentence = "“{}” was reviewed by you for ITMD."
    form_class = SignForm
    submit = "Sign the review"
    done = "The review was signed."

    def rows(self) -> QuerySet[Review]:
        return reviews_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb("Usage reviews", reverse("usage_summaries:reviews")),
            Crumb(
                str(self.object), reverse("usage_summaries:review", kwargs={"key": self.object.pk})
            ),
        )

    def consequences(self) -> Sequence[str]:
        return (
            "Your name, the time and the figures as they are now are kept with it, and stay.",
            "A finding against ITMD for being late is closed, and stays on record.",
        )

    def act(self, form: Any) -> Review:
        return sign_review(
            review_id=self.object.pk,
            looked_at=form.cleaned_data["looked_at"],
            note=form.cleaned_data["note"],
            actor=self.actor,
            at=self.at,
        )


class PostTable(Table):
    department = Column(accessor="department__name", verbose_name="Department")
    month = Column(verbose_name="Month")
    coordinator = Column(
        accessor="coordinator__name",
        verbose_name="To",
        order_by=("coordinator__family_name", "coordinator__given_name"),
    )
    lines = Column(verbose_name="Lines")
    mail_state = Column(verbose_name="Mail", empty_values=(), orderable=False)
    delivered_at = WhenColumn(verbose_name="Taken by the mail server", orderable=False)
    why = Column(verbose_name="Why not", empty_values=(), orderable=False)
    paper = LinkColumn(
        "usage_summaries:paper", empty_values=(), orderable=False, verbose_name="Summary"
    )

    class Meta(Table.Meta):
        model = SummaryPost
        fields = ()

    def render_month(self, value: Any) -> str:
        return f"{value:%B %Y}"

    def render_mail_state(self, record: Any) -> Any:
        return delivery(record)

    def value_mail_state(self, record: Any) -> str:
        return str(record.mail_state or record.state)

    def render_why(self, record: Any) -> str:
        return record.mail_error or record.last_error or "—"

    def render_paper(self, record: SummaryPost) -> str:
        if record.disposed_at is not None:
            return "Destroyed"
        column: LinkColumn = self.columns["paper"].column
        return column.render("PDF", record) if record.paper_id else "—"

    def value_paper(self, record: SummaryPost) -> str:
        return record.paper.digest if record.paper else ""


class Posts(ListPage[SummaryPost]):
    """What was mailed to coordinators, and what became of it (G-9)."""

    permit = SUMMARY_VIEW
    title = "Summaries sent"
    lead = "One a month for each coordinator and department. ITMD sees whether each arrived."
    table_class = PostTable
    search = ("department__name", "coordinator__given_name", "coordinator__family_name")
    empty = "No summary has been sent that you may see."
    noun = ("summary", "summaries")

    def rows(self) -> QuerySet[SummaryPost]:
        return posts_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Usage", reverse("usage_summaries:summary")),)


class PostFile(OneRow[SummaryPost]):
    """The paper or the workbook as it was sent (G-9)."""

    permit = SUMMARY_VIEW
    thing = "summary"
    which = "paper"
    kind = PDF

    def rows(self) -> QuerySet[SummaryPost]:
        return posts_visible_to(self.actor)

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        file: StoredFile | None = getattr(self.object, self.which)
        if file is None:
            raise NotFound("This summary has not been made yet.")
        if self.object.disposed_at is not None:
            raise NotFound("This summary was destroyed when its time was over.")
        answer = HttpResponse(read_file(file.digest), content_type=self.kind)
        answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
        return answer


class PostSheet(PostFile):
    """The workbook (G-9)."""

    which = "sheet"
    kind = sheets.XLSX
