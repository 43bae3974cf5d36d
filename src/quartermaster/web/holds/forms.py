"""What a hold is about, whom it reaches, and why something is done with it."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from quartermaster.org.models import Department, Person
from quartermaster.records.rules.holds import (
    LONGEST_CONTACT,
    LONGEST_MATTER,
    LONGEST_REASON,
    LONGEST_TEXT,
    Terms,
)
from quartermaster.web.pages.fields import reason_form

_SEPARATORS = re.compile(r"[\s,;]+")
MOST_NAMED = 500


def _day(label: str, *, required: bool, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class TermsForm(forms.Form):
    """The words of a hold."""

    matter = forms.CharField(
        label="Matter",
        max_length=LONGEST_MATTER,
        help_text="As the people under the hold read it.",
    )
    subject = forms.CharField(
        label="What is to be kept",
        max_length=LONGEST_TEXT,
        help_text="In words that people know from their work: names, places, projects, kinds of"
        " messages. They read it as it stands.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    since = _day("From", required=True)
    until = _day("Until", required=False, help_text="Leave it empty where it goes on.")
    reason = forms.CharField(
        label="Why",
        max_length=LONGEST_REASON,
        help_text="For your own file and auditors: the people under the hold do not read it.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    legal_contact = forms.CharField(
        label="Legal contact",
        max_length=LONGEST_CONTACT,
        help_text="Name and telephone or e-mail of whom they may ask.",
    )

    def terms(self) -> Terms:
        return Terms(**{name: self.cleaned_data[name] for name in Terms.__dataclass_fields__})


class ScopeForm(forms.Form):
    """Whom a hold reaches."""

    departments = forms.MultipleChoiceField(
        label="Departments",
        required=False,
        help_text="All who work there and hold a device, the City's or their own.",
        widget=forms.CheckboxSelectMultiple,
    )
    people = forms.CharField(
        label="People by name",
        required=False,
        max_length=100 * MOST_NAMED,
        help_text="Personnel numbers or e-mail addresses, one a line; with or without a device.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    shown = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, departments: Sequence[Department] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(item.id), item.name) for item in departments]
        self.fields["departments"].choices = choices  # type: ignore[attr-defined]

    def clean_people(self) -> list[UUID]:
        names = dict.fromkeys(_SEPARATORS.split(self.cleaned_data["people"].strip()))
        found = [self._person(name) for name in names if name]
        if len(found) > MOST_NAMED:
            raise ValidationError(f"At most {MOST_NAMED} people at once.")
        return found

    @staticmethod
    def _person(name: str) -> UUID:
        match = Q(number=name) | Q(email__iexact=name)
        person = Person.objects.filter(match).values_list("id", flat=True).first()
        if person is None:
            raise ValidationError(f"Nobody has the number or address “{name[:60]}”.")
        return person

    def scope(self) -> dict[str, list[UUID]]:
        chosen = [UUID(key) for key in self.cleaned_data["departments"]]
        return {"people": self.cleaned_data["people"], "departments": chosen}


class OpenForm(TermsForm, ScopeForm):
    """A new hold."""

    field_order = [*TermsForm.base_fields, "departments", "people"]


ReasonForm = reason_form(LONGEST_REASON, hint="It is kept with your name.")
