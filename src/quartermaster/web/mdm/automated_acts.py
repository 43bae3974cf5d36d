"""What may be done with the makers' lists and a device in one."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.inventory.models import Device
from quartermaster.inventory.permits import DEVICE_MANAGE
from quartermaster.mdm import actions, listed
from quartermaster.mdm.models import ListedDevice
from quartermaster.mdm.permits import AUTOMATED_MANAGE
from quartermaster.org.models import Department
from quartermaster.org.queries import departments_visible_to
from quartermaster.web.pages import ActPage, Crumb, FormPage


class ReadLists(FormPage):
    """Have the lists read now (G-12)."""

    permit = AUTOMATED_MANAGE
    title = "Read the lists now"
    lead = "They are read every half hour in any case."
    template_name = "pages/act.html"
    submit = "Read now"
    done = "{}"

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Automated enrolment", reverse("mdm:automated")),)

    def context(self) -> dict[str, Any]:
        sentence = "Each list is asked for what changed, and what could not be assigned is retried."
        return {**super().context(), "explanation": sentence}

    def act(self, form: Any) -> str:  # noqa: ARG002 (the form only confirms)
        actions.read_soon(actor=self.actor, at=self.at)
        return "The lists are being read; look again in a moment."


class OnListed(ActPage[ListedDevice]):
    """Base of the verbs on one device of a list. They lead back to it."""

    permit = AUTOMATED_MANAGE
    thing = "device of the list"

    def rows(self) -> QuerySet[ListedDevice]:
        return listed.listed_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb("Automated enrolment", reverse("mdm:automated")),
            Crumb(self.object.serial, reverse("mdm:listed", kwargs={"key": self.object.pk})),
        )


class Assign(OnListed):
    """Have the current profile assigned to a device again (G-10)."""

    title = "Assign the profile"
    sentence = "{} gets the current enrolment profile, whatever came of it before."
    submit = "Assign"
    done = "The profile is being assigned."

    def act(self, form: Any) -> None:  # noqa: ARG002 (the form only confirms)
        actions.assign_again(listed=[self.object], actor=self.actor, at=self.at)


class KeepOut(OnListed):
    """Take the profile from a device (G-10)."""

    title = "Take the profile away"
    sentence = "{} does not enrol by itself any more when it is erased and set up anew."
    submit = "Take it away"
    look = "secondary"
    done = "The profile is being taken away."

    def consequences(self) -> Sequence[str]:
        return (
            "A device that is enrolled stays enrolled.",
            "It gets no profile until somebody assigns one here.",
        )

    def act(self, form: Any) -> None:  # noqa: ARG002 (the form only confirms)
        actions.keep_out(listed=self.object, actor=self.actor, at=self.at)


class TakeInForm(forms.Form):
    """Where it belongs."""

    department = forms.ModelChoiceField(
        queryset=Department.objects.none(), label="Department that it is for"
    )
    asset_tag = forms.CharField(
        label="Asset tag", max_length=30, required=False, help_text="Empty: one is made up."
    )

    def __init__(self, *args: Any, departments: QuerySet[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]


class TakeIn(OnListed):
    """Take a device of the list into the inventory's stock (S-1, G-12)."""

    permit = DEVICE_MANAGE
    title = "Take into the inventory"
    sentence = "{} is entered into stock, with its serial number."
    form_class = TakeInForm
    submit = "Take in"
    missing = "Choose the department."
    done = "It is in stock now as {}."

    def consequences(self) -> Sequence[str]:
        return (
            "That it stands in the maker's list does not prove that somebody ordered it.",
            "The purchase itself is matched by its invoice.",
        )

    def form_arguments(self) -> dict[str, Any]:
        return {"departments": departments_visible_to(self.actor)}

    def act(self, form: Any) -> Device:
        return actions.take_in(
            listed=self.object,
            department_id=form.cleaned_data["department"].id,
            asset_tag=form.cleaned_data["asset_tag"],
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Device) -> str:
        return reverse("inventory:device", kwargs={"key": outcome.pk})
