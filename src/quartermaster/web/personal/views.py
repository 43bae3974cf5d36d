"""One's own device: what the City can and cannot see and do on it, and leaving with it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.inventory.models import Device, DeviceStatus
from quartermaster.lifecycle.actions.personal import leave_personal
from quartermaster.lifecycle.models import Leaving
from quartermaster.lifecycle.permits import PERSONAL_LEAVE, PERSONAL_VIEW
from quartermaster.lifecycle.queries.personal import personal_devices_visible_to
from quartermaster.mdm.driver import is_managed
from quartermaster.mdm.powers import powers_over
from quartermaster.mdm.queries import enrolment_now
from quartermaster.web.marks import chip
from quartermaster.web.pages import ActPage, Button, Crumb, DetailPage


class Powers(DetailPage[Device]):
    """What the City can and cannot see and do on a device, from what the software really does."""

    permit = PERSONAL_VIEW
    thing = "device"
    title = "What the City can and cannot see and do"
    template_name = "personal/powers.html"

    def rows(self) -> QuerySet[Device]:
        return personal_devices_visible_to(self.actor).exclude(status=DeviceStatus.RETIRED)

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("inventory:device", kwargs={"key": self.object.pk})
        return (
            Crumb("My devices", reverse("mdm:mine")),
            Crumb(self.object.asset_tag, here),
        )

    def state(self) -> Any:
        enrolled = enrolment_now(self.object.pk) is not None
        return chip("Enrolled", tone="good") if enrolled else chip("Not enrolled", tone="info")

    def buttons(self) -> Sequence[Button]:
        kwargs = {"key": self.object.pk}
        return (Button("Leave with it", "personal:leave", PERSONAL_LEAVE, kwargs, "secondary"),)

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "powers": powers_over(self.object, self.at),
            "managed": is_managed(self.object.platform),
        }


class LeaveForm(forms.Form):
    reason = forms.CharField(
        label="Reason",
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="The owner needs none; ITMD says why.",
    )


class Leave(ActPage[Device]):
    """End the registration of a personal device (G-2)."""

    permit = PERSONAL_LEAVE
    thing = "device"
    title = "Leave with this device"
    sentence = "{} is no longer used for City work. Its owner keeps it, as it is."
    form_class = LeaveForm
    submit = "Leave"
    look = "secondary"
    done = "{}. What was removed comes by mail."

    def rows(self) -> QuerySet[Device]:
        return personal_devices_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("personal:powers", kwargs={"key": self.object.pk})
        return (
            Crumb("My devices", reverse("mdm:mine")),
            Crumb("What the City can and cannot see and do", here),
        )

    def consequences(self) -> Sequence[str]:
        enrolled = enrolment_now(self.object.pk) is not None
        removed = powers_over(self.object, self.at).removed if enrolled else ()
        return (
            *removed,
            "The agreement that was given stays on record; nothing else of the device does.",
            "It is no loss, and counts as none.",
        )

    def act(self, form: Any) -> Leaving:
        return leave_personal(
            device_id=self.object.pk,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Leaving) -> str:
        own = outcome.person_id == self.actor.person_id
        if own:
            return reverse("mdm:mine")
        return reverse("inventory:device", kwargs={"key": outcome.device_id})
