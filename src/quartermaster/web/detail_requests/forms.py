"""Forms of requests for usage detail."""

from typing import Any

from django import forms

from quartermaster.kernel.permits import Actor
from quartermaster.org.models import Person
from quartermaster.usage.rules.detail_requests import DetailReason, LookKind
from quartermaster.web.org.forms import day


class AskForm(forms.Form):
    person = forms.ModelChoiceField(label="Whose", queryset=Person.objects.none())
    since_on = day("First day")
    until_on = day("Last day")
    category = forms.ChoiceField(
        label="Kind of reason",
        choices=DetailReason.choices,
        help_text="The person is told this, your name, and the days.",
    )
    reason = forms.CharField(
        label="Why you need it",
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text="ITMD and auditors read this; the person does not.",
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.filter(id__in=actor.reports).order_by("family_name", "given_name")
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class GrantForm(forms.Form):
    decision = forms.CharField(label="Why it is granted", max_length=500)
    quiet = forms.BooleanField(
        label="Agree that the person is told later, as proposed", required=False
    )


class DeclineForm(forms.Form):
    decision = forms.CharField(label="Why it is declined", max_length=500)


class QuietForm(forms.Form):
    until = day("Told on")
    reason = forms.CharField(label="Which investigation it would disturb", max_length=300)


class TakeForm(forms.Form):
    kind = forms.ChoiceField(
        label="As", choices=[(LookKind.CSV.value, "CSV"), (LookKind.PDF.value, "PDF")]
    )
