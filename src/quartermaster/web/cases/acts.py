"""The verbs on a case, each with what it leads to."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from quartermaster.compliance import cases as queries
from quartermaster.compliance import permits
from quartermaster.compliance.actions import cases
from quartermaster.compliance.models import Case
from quartermaster.compliance.rules.cases import Grade
from quartermaster.files.papers import PDF
from quartermaster.kernel.permits import require
from quartermaster.kernel.worded import choices
from quartermaster.web.pages import ActPage, Crumb
from quartermaster.web.pages.fields import reason_form


class OfCase(ActPage[Case]):
    """What the verbs share."""

    thing = "case"

    def rows(self) -> QuerySet[Case]:
        return queries.cases_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb("Cases", reverse("cases:cases")),
            Crumb(str(self.object), reverse("cases:case", kwargs={"key": self.object.pk})),
        )

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (the case itself)
        seen = self.rows().filter(pk=self.object.pk).exists()
        return self.cancel_address() if seen else reverse("cases:cases")


class Confirm(OfCase):
    """Confirm a referral (C-1)."""

    permit = permits.CASE_CONFIRM
    title = "Confirm the referral"
    sentence = "“{}”: the evidence is right, and the concern continues or is serious."
    form_class = reason_form()
    submit = "Confirm and refer"
    done = "It was referred to the supervisor."

    def consequences(self) -> Sequence[str]:
        return (
            "The supervisor is told at once, with the evidence as it was gathered.",
            "The employee is told, and can answer.",
            "From then on it is a personnel matter: coordinators do not see it any longer.",
        )

    def act(self, form: Any) -> Case:
        reason = form.cleaned_data["reason"]
        return cases.confirm(case=self.object, reason=reason, actor=self.actor, at=self.at)


class Dismiss(OfCase):
    """Dismiss a referral (C-1)."""

    permit = permits.CASE_CONFIRM
    title = "Dismiss the referral"
    sentence = "“{}” goes to nobody, and does not count as a repetition."
    form_class = reason_form()
    submit = "Dismiss"
    done = "The referral was dismissed."

    def consequences(self) -> Sequence[str]:
        return ("The employee is told.", "The reason and your name are kept.")

    def act(self, form: Any) -> Case:
        reason = form.cleaned_data["reason"]
        return cases.dismiss(case=self.object, reason=reason, actor=self.actor, at=self.at)


class Withdraw(OfCase):
    """Withdraw a case that was a mistake (C-1)."""

    permit = permits.CASE_WITHDRAW
    title = "Withdraw the case"
    sentence = "“{}” was a mistake, and does not count."
    form_class = reason_form()
    submit = "Withdraw the case"
    look = "secondary"
    done = "The case was withdrawn."

    def consequences(self) -> Sequence[str]:
        return ("The case is closed, with your name and the reason.", "The employee is told.")

    def act(self, form: Any) -> Case:
        reason = form.cleaned_data["reason"]
        return cases.withdraw_case(case=self.object, reason=reason, actor=self.actor, at=self.at)


class Acknowledge(OfCase):
    """Acknowledge a referral (C-1)."""

    permit = permits.CASE_ACKNOWLEDGE
    title = "Acknowledge the referral"
    sentence = "You have read “{}”, its evidence, and what the employee says."
    submit = "Acknowledge"
    done = "Acknowledged. Human resources are told."

    def consequences(self) -> Sequence[str]:
        return (
            "Human resources are asked for an outcome. The system suggests none.",
            "Nobody has to answer you: what the employee says here is voluntary.",
        )

    def act(self, form: Any) -> Case:  # noqa: ARG002 (the form only confirms)
        return cases.acknowledge(case=self.object, actor=self.actor, at=self.at)


class OutcomeForm(forms.Form):
    """A grade of the scale, where the personnel file has it, and why."""

    grade = forms.ChoiceField(label="Outcome", choices=[("", "Choose"), *choices(Grade)])
    reference = forms.CharField(
        label="Reference in the personnel file",
        max_length=60,
        required=False,
        help_text="Needed for everything but no action.",
    )
    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text="The employee and the supervisor read it.",
    )


class RecordOutcome(OfCase):
    """Record how a case ends (E-1)."""

    permit = permits.OUTCOME_RECORD
    title = "Record an outcome"
    sentence = "{}"
    form_class = OutcomeForm
    submit = "Record the outcome"
    done = "The outcome was recorded."
    verb = staticmethod(cases.record_outcome)

    def consequences(self) -> Sequence[str]:
        return (
            "The employee is told that there is an outcome, and can appeal once.",
            "Only the employee, their supervisors and human resources see it.",
        )

    def act(self, form: Any) -> Case:
        given = form.cleaned_data
        return self.verb(
            case=self.object,
            grade=Grade(given["grade"]),
            reason=given["reason"],
            reference=given["reference"],
            actor=self.actor,
            at=self.at,
        )


class Review(RecordOutcome):
    """Review an appeal (E-1)."""

    title = "Review the appeal"
    submit = "Record the review"
    done = "The appeal was reviewed, and the case is closed."
    verb = staticmethod(cases.review_appeal)

    def consequences(self) -> Sequence[str]:
        return (
            "What you record takes the place of the first outcome. It is never graver.",
            "The employee is told, and the case is closed.",
        )


class AppealForm(forms.Form):
    """Why the employee does not agree."""

    reason = forms.CharField(
        label="Why you do not agree", max_length=4000, widget=forms.Textarea({"rows": 8})
    )


class Appeal(OfCase):
    """Appeal an outcome (E-1)."""

    permit = permits.CASE_ANSWER
    title = "Appeal"
    sentence = "“{}”: you do not agree with the outcome."
    form_class = AppealForm
    submit = "Appeal"
    done = "Your appeal was received."

    def consequences(self) -> Sequence[str]:
        return (
            "Another person at human resources looks at it anew. It never becomes graver by that.",
            "You can appeal once.",
        )

    def act(self, form: Any) -> Case:
        text = form.cleaned_data["reason"]
        return cases.appeal(case=self.object, text=text, actor=self.actor, at=self.at)


class ExportCase(OfCase):
    """Take the papers of a case, as one may see it (C-1, E-1)."""

    permit = permits.CASE_EXPORT
    title = "Take the papers"
    sentence = (
        "“{}” as a PDF: notices, evidence, both sides, outcome, and an extract of the ledger."
    )
    form_class = reason_form()
    submit = "Make the PDF"
    done = ""

    def rows(self) -> QuerySet[Case]:
        rows = super().rows()
        for case in rows.filter(pk=self.kwargs["key"]):
            require(self.actor, permits.CASE_EXPORT, person_id=case.holder_id)
        return rows

    def consequences(self) -> Sequence[str]:
        return (
            "It holds what you may see, and nothing else.",
            "That you took it, and what for, stands in the ledger. It is yours to keep safe.",
        )

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        form = self.make_form()
        if not form.is_valid():
            return self.again(form, 422)
        content = cases.export_case(
            case=self.object,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )
        named = f'attachment; filename="case-{self.object.pk}.pdf"'
        return HttpResponse(content, PDF, headers={"Content-Disposition": named})
