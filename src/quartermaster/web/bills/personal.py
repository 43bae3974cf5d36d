"""Pages of numbers that are people's own: nothing is paid for them (G-2)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.billing import invoice_permits as permits
from quartermaster.billing.actions import invoices
from quartermaster.billing.models import BillingFinding, PersonalNumber
from quartermaster.billing.queries import bills as queries
from quartermaster.kernel.errors import InvalidInput
from quartermaster.org.models import Person
from quartermaster.org.queries import people_visible_to
from quartermaster.web.bills.findings import OfFinding, ReasonForm
from quartermaster.web.bills.tables import PersonalTable
from quartermaster.web.pages import ActPage, Button, Crumb, FormPage, ListPage


class PersonalNumbers(ListPage[PersonalNumber]):
    """Which numbers are people's own (G-2)."""

    permit = permits.PERSONAL_MANAGE
    title = "Personal numbers"
    lead = "Whatever an invoice has for one of these is refused for payment."
    table_class = PersonalTable
    search = ("number", "person__family_name", "how")
    search_hint = "Number, person or words"
    empty = "No number on an invoice was said to be a person's own."
    noun = ("number", "numbers")

    def rows(self) -> QuerySet[PersonalNumber]:
        return queries.personal_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (Button("Add a number", "bills:personal-new", permits.PERSONAL_MANAGE, look=""),)


class PersonalForm(forms.Form):
    number = forms.CharField(label="Phone number", max_length=40)
    person = forms.CharField(
        label="Whose", max_length=30, required=False, help_text="Their personnel number."
    )
    how = forms.CharField(label="How it is known", max_length=300, required=False)


def person_of(actor: Any, number: str) -> Person | None:
    """The person of a personnel number; `InvalidInput` where there is none."""
    if not number.strip():
        return None
    found = people_visible_to(actor).filter(number=number.strip()).first()
    if found is None:
        raise InvalidInput("Nobody has this personnel number.", field="person")
    return found


class NewPersonal(FormPage):
    """Say that a number is a person's own (G-2)."""

    permit = permits.PERSONAL_MANAGE
    title = "Add a personal number"
    form_class = PersonalForm
    submit = "Add"
    done = "{} is a personal number; nothing is paid for it."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Personal numbers", reverse("bills:personal")),)

    def act(self, form: Any) -> PersonalNumber:
        person = person_of(self.actor, form.cleaned_data["person"])
        return invoices.enter_personal_number(
            number=form.cleaned_data["number"],
            person_id=person.pk if person else None,
            how=form.cleaned_data["how"],
            actor=self.actor,
            at=self.at,
        )


class EndPersonal(ActPage[PersonalNumber]):
    """Say that a number is not a person's own (G-2)."""

    permit = permits.PERSONAL_MANAGE
    thing = "number"
    title = "It is no personal number"
    sentence = "{}: invoices that are not approved yet are matched again at once."
    form_class = ReasonForm
    submit = "Keep the reason"
    look = "secondary"
    done = "{} is no longer known as personal."

    def rows(self) -> QuerySet[PersonalNumber]:
        return queries.personal_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Personal numbers", reverse("bills:personal")),)

    def act(self, form: Any) -> PersonalNumber:
        return invoices.end_personal_number(
            number_id=self.object.pk,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )


class WhoseForm(forms.Form):
    person = forms.CharField(
        label="Whose", max_length=30, required=False, help_text="Their personnel number."
    )
    how = forms.CharField(label="How it is known", max_length=300, required=False)


class IsPersonal(OfFinding):
    """Say that a line that nobody ordered is a person's own number (G-2)."""

    permit = permits.PERSONAL_MANAGE
    title = "It is a personal number"
    form_class = WhoseForm
    submit = "It is personal"
    done = "{} is a personal number; nothing is paid for it."

    def act(self, form: Any) -> PersonalNumber:
        row: BillingFinding = self.object
        person = person_of(self.actor, form.cleaned_data["person"])
        return invoices.enter_personal_number(
            number=row.number,
            person_id=person.pk if person else None,
            how=form.cleaned_data["how"],
            actor=self.actor,
            at=self.at,
        )
