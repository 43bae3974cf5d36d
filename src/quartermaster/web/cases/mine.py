"""One's own compliance: what to put right and by when, one's cases, and saying one's side."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from quartermaster.compliance import actions, cases, queries
from quartermaster.compliance.models import Case, Finding, Statement
from quartermaster.compliance.permits import CASE_ANSWER
from quartermaster.compliance.rules.cases import LIVE_CASES, CaseState
from quartermaster.compliance.rules.extensions import why_no_extension
from quartermaster.compliance.rules.findings import FindingState
from quartermaster.compliance.rules.outcome import Severity
from quartermaster.kernel.permits import require
from quartermaster.kernel.worded import values
from quartermaster.web.cases.tables import TONES as CASES
from quartermaster.web.compliance.tables import GRAVE, TONES
from quartermaster.web.marks import chip, full_time
from quartermaster.web.pages import ActPage, Crumb
from quartermaster.web.pages.base import Page

_MOST = 50


class MyCompliance(Page):
    """What the reader is asked to put right, and what became of it (C-1)."""

    permit = CASE_ANSWER
    title = "My compliance"
    lead = "What is not as the policy asks on what you hold, what to do about it, and by when."
    template_name = "cases/mine.html"

    def context(self) -> dict[str, Any]:
        mine = queries.findings_visible_to(self.actor).filter(holder_id=self.actor.person_id)
        own = cases.cases_visible_to(self.actor).filter(holder_id=self.actor.person_id)
        told = mine.exclude(noticed_at=None)
        live = queries.live_findings(told.select_related("extension")).order_by("cure_until")[
            :_MOST
        ]
        return {
            **super().context(),
            "findings": [_Line.of_finding(row) for row in live],
            "cases": [
                _Line.of_case(row) for row in own.filter(state__in=values(LIVE_CASES))[:_MOST]
            ],
            "settled": [_Line.of_finding(row) for row in told.exclude(closed_at=None)[:_MOST]],
            "ended": [_Line.of_case(row) for row in own.exclude(closed_at=None)[:_MOST]],
        }


def _why_no_time(row: Finding) -> str:
    state, severity = FindingState(row.state), Severity(row.severity)
    return why_no_extension(state, severity, asked=hasattr(row, "extension"))


class _Line:
    """One row with its marks."""

    def __init__(self, row: Any, mark: Any, by: datetime | None, grave: Any = "") -> None:
        self.row, self.mark, self.grave = row, mark, grave
        self.may_ask_for_time = isinstance(row, Finding) and not _why_no_time(row)
        self.by = full_time(by) if by is not None else ""

    @classmethod
    def of_finding(cls, row: Finding) -> "_Line":
        grave = chip(row.severity.capitalize(), tone=GRAVE[row.severity])
        label = FindingState(row.state).value.capitalize()
        return cls(row, chip(label, tone=TONES[row.state]), row.cure_until, grave)

    @classmethod
    def of_case(cls, row: Case) -> "_Line":
        mark = chip(CaseState(row.state).label, tone=CASES[row.state])
        return cls(row, mark, row.appeal_until)


class AnswerForm(forms.Form):
    """What the holder says."""

    reason = forms.CharField(
        label="Your side",
        max_length=4000,
        widget=forms.Textarea({"rows": 8}),
        help_text="In your own words. It cannot be changed later; you can add to it.",
    )


class Answer(ActPage[Finding]):
    """Say one's side to a finding, at any step (E-1)."""

    permit = CASE_ANSWER
    thing = "finding"
    title = "Say your side"
    sentence = "About {}. You do not have to say anything."
    form_class = AnswerForm
    submit = "Keep my answer"
    done = "Your answer is kept."

    def rows(self) -> QuerySet[Finding]:
        return queries.findings_visible_to(self.actor)

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        require(self.actor, CASE_ANSWER, person_id=self.object.holder_id)
        return super().get(*args, **kwargs)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("My compliance", reverse("cases:mine")),)

    def consequences(self) -> Sequence[str]:
        return (
            "Until something is referred, ITMD and your coordinator read it.",
            "What you say after that, your supervisors and human resources alone read.",
        )

    def act(self, form: Any) -> Statement:
        text = form.cleaned_data["reason"]
        return actions.answer(finding=self.object, text=text, actor=self.actor, at=self.at)
