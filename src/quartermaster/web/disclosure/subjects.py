"""A notice to the reader that a record about them is to be given out, and their answer."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from quartermaster.disclosure import actions, queries
from quartermaster.disclosure.models import SubjectNotice
from quartermaster.disclosure.permits import NOTICE_ANSWER
from quartermaster.disclosure.rules.subjects import LONGEST_STATEMENT, NoticeState
from quartermaster.kernel.errors import NotFound
from quartermaster.web.disclosure.review import sent
from quartermaster.web.pages import ActPage, Crumb
from quartermaster.web.pages.base import OneRow


class AnswerForm(forms.Form):
    """What a record subject says."""

    objects = forms.ChoiceField(
        label="Your answer",
        choices=[
            ("no", "I have nothing against it"),
            ("yes", "I mean to go to court against it"),
        ],
        widget=forms.RadioSelect,
    )
    statement = forms.CharField(
        label="Anything to add",
        required=False,
        max_length=LONGEST_STATEMENT,
        help_text="Who holds a public office may add to the record itself; write it here.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class Mine:
    """The notices to the reader alone."""

    thing = "notice"
    actor: Any

    def rows(self) -> QuerySet[SubjectNotice]:
        return queries.notices_to(self.actor)


class MyNotice(Mine, ActPage[SubjectNotice]):
    """One notice, and the answer (G-5)."""

    permit = NOTICE_ANSWER
    title = "A record about you is to be released"
    template_name = "disclosure/my_notice.html"
    form_class = AnswerForm
    submit = "This is my answer"
    done = "Thank you. Your answer is on record."

    def crumbs(self) -> Sequence[Crumb]:
        return ()

    def context(self) -> dict[str, Any]:
        notice = self.object
        waits = notice.state == NoticeState.SERVED and self.at <= notice.object_by
        return {**super().context(), "waits": waits}

    def next_address(self, outcome: Any) -> str:
        return reverse("disclosure:my-notice", kwargs={"key": outcome.pk})

    def act(self, form: Any) -> SubjectNotice:
        return actions.answer_notice(
            notice_id=self.object.pk,
            objects=form.cleaned_data["objects"] == "yes",
            statement=form.cleaned_data["statement"],
            actor=self.actor,
            at=self.at,
        )


class MyNoticeCopy(Mine, OneRow[SubjectNotice]):
    """What would be given out, for whom it is about."""

    permit = NOTICE_ANSWER

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        copy = self.object.item.copy
        if copy is None:
            raise NotFound("There is no copy of it. Ask the records custodian.")
        return sent(copy)
