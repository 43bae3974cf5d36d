"""Write-offs: asked for, agreed to by another, and corrections of mistakes."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.inventory.models import Device
from quartermaster.inventory.queries import devices_visible_to
from quartermaster.lifecycle import return_permits as permits
from quartermaster.lifecycle.actions import disposals
from quartermaster.lifecycle.models import WriteOff
from quartermaster.lifecycle.queries import returns as queries
from quartermaster.web.losses.acts import OfLoss
from quartermaster.web.pages import ActPage, Crumb
from quartermaster.web.pages.fields import reason_form

ReasonForm = reason_form(500, label="Why", hint="")


class Ask(OfLoss):
    """Ask that a lost or stolen device be written off (C-3, G-11)."""

    permit = permits.WRITE_OFF_ASK
    title = "Ask to write it off"
    sentence = "{}: it was not found, and its record is to end."
    form_class = ReasonForm
    submit = "Ask a second person"
    look = "secondary"
    done = "A second person must agree to it."

    def consequences(self) -> Sequence[str]:
        return ("A stolen device needs the number of the police report.",)

    def act(self, form: Any) -> WriteOff:
        return disposals.ask_write_off(reason=form.cleaned_data["reason"], **self.named())


class DecideForm(forms.Form):
    """Yes or no, and why."""

    agree = forms.ChoiceField(
        label="Decision",
        choices=[("yes", "Write it off"), ("no", "Refuse: the search goes on")],
        widget=forms.RadioSelect,
    )
    decision = forms.CharField(label="Why", max_length=500)


class Decide(ActPage[WriteOff]):
    """Agree to a write-off as the second person, or refuse it (C-3)."""

    permit = permits.WRITE_OFF_DECIDE
    thing = "write-off"
    title = "Decide on the write-off"
    form_class = DecideForm
    submit = "Decide"
    done = "The decision was kept."

    def rows(self) -> QuerySet[WriteOff]:
        return queries.write_offs_visible_to(self.actor)

    def explain(self) -> str:
        row = self.object
        police = f" Police report {row.police_number}." if row.police_number else ""
        return f"{row}, asked by {row.asked_by}: “{row.reason}”.{police}"

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Write-offs", reverse("surplus:write-offs")),)

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (back to the list)
        return self.cancel_address()

    def act(self, form: Any) -> WriteOff:
        said = form.cleaned_data
        agree = said["agree"] == "yes"
        verb = disposals.approve_write_off if agree else disposals.refuse_write_off
        return verb(write_off=self.object, decision=said["decision"], actor=self.actor, at=self.at)


class Mistake(ActPage[Device]):
    """End the record of a device that was entered by mistake (C-3)."""

    permit = permits.WRITE_OFF_DECIDE
    thing = "device"
    title = "Entered by mistake"
    sentence = "{} was never with anybody; its record ends. Its history stays."
    form_class = ReasonForm
    submit = "It was a mistake"
    look = "secondary"
    done = "The record is closed."

    def rows(self) -> QuerySet[Device]:
        return devices_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("inventory:device", kwargs={"key": self.object.pk})
        return (Crumb(self.object.asset_tag, here),)

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (back to the device)
        return self.cancel_address()

    def act(self, form: Any) -> WriteOff:
        return disposals.correct_mistake(
            device_id=self.object.pk,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )
