"""Asking holders whether they have their devices, and answering."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.inventory.actions import confirmations
from quartermaster.inventory.models import Confirmation, DeviceStatus, Ownership
from quartermaster.inventory.permits import (
    CONFIRMATION_ANSWER,
    CONFIRMATION_ASK,
    CONFIRMATION_VIEW,
)
from quartermaster.inventory.queries import devices_visible_to
from quartermaster.inventory.states import Answer, ConfirmationState
from quartermaster.inventory.stocktaking import confirmations_visible_to
from quartermaster.kernel.permits import reach
from quartermaster.web.custody.tables import ConfirmationTable
from quartermaster.web.org.forms import DepartmentChoice
from quartermaster.web.pages import ActPage, Button, Crumb, Filters, FormPage, ListPage


class ConfirmationFilters(Filters):
    """By how far asking is, and by the answer."""

    state = django_filters.ChoiceFilter(
        choices=ConfirmationState.choices, empty_label="Any", label="State"
    )
    answer = django_filters.ChoiceFilter(choices=Answer.choices, empty_label="Any", label="Answer")


class Confirmations(ListPage[Confirmation]):
    """What holders were asked, and what they said."""

    permit = CONFIRMATION_VIEW
    title = "Confirmations"
    lead = "Holders who were asked whether they have the devices that the record gives them."
    table_class = ConfirmationTable
    filters = ConfirmationFilters
    search = ("device__asset_tag", "holder__given_name", "holder__family_name")
    search_hint = "Asset tag or holder"
    empty = "Nobody has been asked yet."
    noun = ("confirmation", "confirmations")

    def rows(self) -> QuerySet[Confirmation]:
        return confirmations_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (Button("Ask holders", "custody:confirm-ask", CONFIRMATION_ASK, look=""),)


class AskForm(forms.Form):
    """Whom to ask."""

    department = DepartmentChoice()
    since = forms.DateField(
        label="Not confirmed since",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Leave it empty to ask about every device that is with somebody.",
    )


class AskHolders(FormPage):
    """Ask the holders of a department's devices whether they have them (C-3)."""

    permit = CONFIRMATION_ASK
    title = "Ask holders"
    lead = "Each holder gets a mail with a link, two reminders, and then the coordinator is told."
    form_class = AskForm
    submit = "Ask"
    done = "{} mails are on their way."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Confirmations", reverse("custody:confirmations")),)

    def make_form(self) -> Any:
        form = super().make_form()
        extent = reach(self.actor, CONFIRMATION_ASK)
        if not extent.everything:
            field = form.fields["department"]
            field.queryset = field.queryset.filter(id__in=extent.departments)
        return form

    def act(self, form: Any) -> int:
        place, since = form.cleaned_data["department"], form.cleaned_data["since"]
        devices = devices_visible_to(self.actor).filter(
            department=place, status=DeviceStatus.ASSIGNED, ownership=Ownership.CITY
        )
        if since:
            devices = devices.exclude(confirmed_at__date__gte=since)
        asked = confirmations.ask_holders(
            device_ids=list(devices.order_by().values_list("id", flat=True)[:2000]),
            actor=self.actor,
            at=self.at,
        )
        return len(asked)


class AnswerForm(forms.Form):
    """What a holder says."""

    said = forms.ChoiceField(
        label="What is true?", choices=Answer.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label="Anything that ITMD should know",
        widget=forms.Textarea,
        max_length=500,
        required=False,
    )


class AnswerConfirmation(ActPage[Confirmation]):
    """Say whether one has a device (C-3, G-11)."""

    permit = CONFIRMATION_ANSWER
    title = "Do you have this device?"
    thing = "question"
    form_class = AnswerForm
    submit = "Answer"
    done = "Thank you. Your answer is on record."

    def rows(self) -> QuerySet[Confirmation]:
        rows = confirmations_visible_to(self.actor)
        return rows.filter(holder_id=self.actor.person_id)

    def explain(self) -> str:
        device = self.object.device
        what = str(device.model) if device.model else device.get_device_class_display()
        return f"The record says that you have {what}, tag {device.asset_tag}."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Confirmations", reverse("custody:confirmations")),)

    def act(self, form: Any) -> Confirmation:
        return confirmations.answer(
            confirmation_id=self.object.pk,
            said=form.cleaned_data["said"],
            note=form.cleaned_data["note"],
            actor=self.actor,
            at=self.at,
        )
