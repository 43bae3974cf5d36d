"""Photographs of a device: adding one, and looking at one."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from quartermaster.files.queries import read_file
from quartermaster.inventory.actions import photographs
from quartermaster.inventory.models import Device, Photograph
from quartermaster.inventory.permits import DEVICE_VIEW, PHOTOGRAPH_ADD
from quartermaster.inventory.photographs import photographs_visible_to
from quartermaster.inventory.queries import devices_visible_to
from quartermaster.inventory.rules.pictures import JPEG, LARGEST
from quartermaster.inventory.states import Occasion
from quartermaster.web.pages import ActPage, Crumb
from quartermaster.web.pages.base import OneRow

_KINDS = "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.heif"


class PictureField(forms.FileField):
    """A photograph as phones take them, within its bound."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = super().clean(data, initial)
        if given and (given.size or 0) > LARGEST:
            raise forms.ValidationError("The photograph is larger than 15 MB.")
        return given


def picture_field() -> PictureField:
    """The field of a photograph, the same in every form."""
    return PictureField(
        label="Photograph",
        help_text="JPEG, PNG, WebP or HEIC, up to 15 MB. Place and time in it are removed.",
        widget=forms.FileInput(attrs={"accept": _KINDS}),
    )


class PhotographForm(forms.Form):
    """A picture, why it was taken, and a note."""

    image = picture_field()
    occasion = forms.ChoiceField(label="Why", choices=Occasion.choices)
    note = forms.CharField(label="Note", max_length=300, required=False)


class AddPhotograph(ActPage[Device]):
    """Add a photograph of a device's condition (C-3, G-11)."""

    permit = PHOTOGRAPH_ADD
    title = "Add a photograph"
    thing = "device"
    sentence = "It is kept with {}, with your name and the time, and cannot be changed."
    form_class = PhotographForm
    submit = "Add"
    done = "The photograph is kept."

    def rows(self) -> QuerySet[Device]:
        return devices_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("inventory:device", kwargs={"key": self.object.pk})
        return (
            Crumb("Devices", reverse("inventory:devices")),
            Crumb(self.object.asset_tag, here),
        )

    def act(self, form: Any) -> Photograph:
        data = form.cleaned_data
        return photographs.add(
            device_id=self.object.pk,
            content=data["image"].read(),
            occasion=data["occasion"],
            note=data["note"],
            actor=self.actor,
            at=self.at,
        )


class ShowPhotograph(OneRow[Photograph]):
    """A photograph itself."""

    permit = DEVICE_VIEW
    thing = "photograph"
    small = False

    def rows(self) -> QuerySet[Photograph]:
        return photographs_visible_to(self.actor)

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        kept = self.object.thumbnail if self.small else self.object.image
        answer = HttpResponse(read_file(kept.digest), content_type=JPEG)
        answer["Cache-Control"] = "private, max-age=3600"
        answer["Content-Disposition"] = f'inline; filename="{kept.name}"'
        return answer


class ShowThumbnail(ShowPhotograph):
    """The small one."""

    small = True
