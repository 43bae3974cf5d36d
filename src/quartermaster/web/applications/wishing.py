"""A holder has an offered application installed, or wants it no longer."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from quartermaster.inventory.models import Device
from quartermaster.inventory.queries import devices_visible_to
from quartermaster.mdm import software as queries
from quartermaster.mdm.actions import software as actions
from quartermaster.mdm.models import DeviceSoftware
from quartermaster.mdm.software_permits import SOFTWARE_WISH
from quartermaster.web.links import device_address
from quartermaster.web.pages import ActPage, Crumb


class WishForm(forms.Form):
    """Which of those on offer."""

    software = forms.ChoiceField(label="Application", widget=forms.RadioSelect)

    def __init__(self, *args: Any, offers: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["software"].choices = [(str(item.pk), item.title) for item in offers]  # type: ignore[attr-defined]


class Wish(ActPage[Device]):
    """Have an offered application installed (G-4)."""

    permit = SOFTWARE_WISH
    thing = "device"
    title = "Install an application"
    sentence = "Choose what is to be installed on {}. The City looks after it and can remove it."
    form_class = WishForm
    submit = "Install"
    done = "{} is on its way."

    def rows(self) -> QuerySet[Device]:
        return devices_visible_to(self.actor)

    def form_arguments(self) -> dict[str, Any]:
        return {"offers": queries.offered_to(self.object)}

    def crumbs(self) -> Sequence[Crumb]:
        device = self.object
        return (Crumb(device.asset_tag, device_address(self.request, device)),)

    def act(self, form: Any) -> str:
        chosen = form.cleaned_data["software"]
        offers = {str(item.pk): item for item in queries.offered_to(self.object)}
        actions.wish_for(software=offers[chosen], device=self.object, actor=self.actor, at=self.at)
        return offers[chosen].title


class Forget(ActPage[DeviceSoftware]):
    """Want an application no longer (G-4)."""

    permit = SOFTWARE_WISH
    thing = "application on a device"
    title = "Remove the application"
    sentence = "{}: it is removed, with its data, unless it is required."
    submit = "Remove"
    look = "secondary"
    done = "It is removed."

    def rows(self) -> QuerySet[DeviceSoftware]:
        return queries.device_software_visible_to(self.actor)

    def explain(self) -> str:
        return self.sentence.format(f"{self.object.software} on {self.object.device}")

    def crumbs(self) -> Sequence[Crumb]:
        device = self.object.device
        return (Crumb(device.asset_tag, device_address(self.request, device)),)

    def act(self, form: Any) -> None:  # noqa: ARG002 (the form only confirms)
        row = self.object
        actions.forget_wish(software=row.software, device=row.device, actor=self.actor, at=self.at)
