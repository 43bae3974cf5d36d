"""Photographs of a hand-out, a return, a damage: taken on its page, and shown there."""

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django import forms
from django.db.models import Model

from quartermaster.inventory.actions import Cause, photographs
from quartermaster.inventory.models import Device, Photograph
from quartermaster.inventory.permits import PHOTOGRAPH_ADD
from quartermaster.inventory.photographs import photographs_of
from quartermaster.inventory.states import Occasion
from quartermaster.kernel.permits import reach
from quartermaster.web.custody.photographs import picture_field
from quartermaster.web.pages import ActPage
from quartermaster.web.request import HouseRequest

M = TypeVar("M", bound=Model)


class OccasionForm(forms.Form):
    """The picture, and a note; why it was taken is known."""

    image = picture_field()
    note = forms.CharField(label="Note", max_length=300, required=False)


class AddOnOccasion(ActPage[M]):
    """Keep a photograph of the condition with what it belongs to (C-3, G-11).

    Name ``occasion``, ``cause_kind`` and ``device``; ``shown_to``: whose matter it is, where nobody
    holds the device yet.
    """

    permit = PHOTOGRAPH_ADD
    title = "Add a photograph"
    form_class = OccasionForm
    submit = "Add"
    done = "The photograph is kept."
    occasion: ClassVar[str]
    cause_kind: ClassVar[str]

    def device(self) -> Device:
        raise NotImplementedError

    def cause_id(self) -> UUID:
        key: UUID = self.object.pk
        return key

    def shown_to(self) -> UUID | None:
        return None

    def explain(self) -> str:
        tag = self.device().asset_tag
        return f"It is kept with {tag}, with your name and the time, and cannot be changed."

    def act(self, form: Any) -> Photograph:
        data = form.cleaned_data
        label = Occasion(self.occasion).label
        return photographs.add(
            device_id=self.device().pk,
            content=data["image"].read(),
            occasion=self.occasion,
            note=data["note"],
            cause=Cause(label, self.cause_kind, self.cause_id()),
            shown_to=self.shown_to(),
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (back to what it belongs to)
        return self.cancel_address()


def pictures_of(request: HouseRequest, kind: str, key: UUID) -> Sequence[Photograph]:
    """The photographs of one occasion that the reader may see."""
    return list(photographs_of(request.actor, kind, key))


def may_add_to(request: HouseRequest, device: Device) -> bool:
    """Whether the reader may add one to this device."""
    place = {"person_id": device.holder_id, "department_id": device.department_id}
    return reach(request.actor, PHOTOGRAPH_ADD).covers(**place)
