"""Pages of accessories (G-6) and of the catalogue of models."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.inventory import actions, queries
from quartermaster.inventory.models import Accessory, DeviceModel
from quartermaster.inventory.permits import (
    ACCESSORY_MANAGE,
    ACCESSORY_VIEW,
    DEVICE_MANAGE,
    EQUIPMENT_IMPORT,
)
from quartermaster.inventory.rules.details import AccessoryDetails, ModelDetails
from quartermaster.lifecycle.permits import HANDOVER_AS_FOUND, HANDOVER_PREPARE
from quartermaster.web.inventory import forms
from quartermaster.web.inventory.filters import AccessoryFilters, ModelFilters
from quartermaster.web.inventory.tables import AccessoryTable, ModelTable
from quartermaster.web.links import person_address
from quartermaster.web.marks import chip
from quartermaster.web.pages import (
    ActPage,
    Button,
    Crumb,
    DetailPage,
    Fact,
    FormPage,
    ListPage,
)


class Accessories(ListPage[Accessory]):
    """The accessories that the actor may see."""

    permit = ACCESSORY_VIEW
    title = "Accessories"
    table_class = AccessoryTable
    filters = AccessoryFilters
    search = ("asset_tag", "name", "holder__given_name", "holder__family_name")
    search_hint = "Asset tag, name or holder"
    empty = "No accessory is in the inventory yet. Add one, or import a file."
    noun = ("accessory", "accessories")

    def rows(self) -> QuerySet[Accessory]:
        return queries.accessories_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Add an accessory", "inventory:accessory-new", ACCESSORY_MANAGE, look=""),
            Button("Import", "inventory:import-accessories", EQUIPMENT_IMPORT),
        )


class AccessoryPage(DetailPage[Accessory]):
    """One accessory."""

    permit = ACCESSORY_VIEW
    kind = "accessory"
    thing = "accessory"

    def rows(self) -> QuerySet[Accessory]:
        return queries.accessories_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Accessories", reverse("inventory:accessories")),)

    def state(self) -> Any:
        if self.object.retired:
            return chip("Retired", tone="neutral")
        held = self.object.holder_id is not None
        return chip("Assigned", tone="good") if held else chip("In stock", tone="neutral")

    def facts(self) -> Sequence[Fact]:
        thing = self.object
        return (
            Fact("Asset tag", thing.asset_tag),
            Fact("Kind", thing.get_kind_display()),
            Fact("Holder", thing.holder or "Nobody", person_address(self.request, thing.holder)),
            Fact("Department", thing.department.name),
        )

    def buttons(self) -> Sequence[Button]:
        thing, kwargs = self.object, {"key": self.object.pk}
        if thing.retired:
            return ()
        if thing.holder_id is not None:
            label = "Take back into stock"
            return (Button(label, "inventory:accessory-take-back", ACCESSORY_MANAGE, kwargs),)
        return (
            Button("Hand out", "handover:accessory", HANDOVER_PREPARE, kwargs),
            Button("Enter as found", "handover:accessory-found", HANDOVER_AS_FOUND, kwargs),
            Button(
                "Retire", "inventory:accessory-retire", ACCESSORY_MANAGE, kwargs, look="secondary"
            ),
        )


class NewAccessory(FormPage):
    """Enter an accessory into stock."""

    permit = ACCESSORY_MANAGE
    title = "Add an accessory"
    form_class = forms.AccessoryForm
    submit = "Add"
    done = "{} was added."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Accessories", reverse("inventory:accessories")),)

    def act(self, form: Any) -> Accessory:
        data = dict(form.cleaned_data)
        department = data.pop("department")
        return actions.add_accessory(
            details=AccessoryDetails.of(**data),
            department_id=department.id,
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Any) -> str:
        return reverse("inventory:accessory", kwargs={"key": outcome.pk})


class OnAccessory(ActPage[Accessory]):
    """Base: a verb on one accessory."""

    permit = ACCESSORY_MANAGE
    thing = "accessory"

    def rows(self) -> QuerySet[Accessory]:
        return queries.accessories_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("inventory:accessory", kwargs={"key": self.object.pk})
        return (
            Crumb("Accessories", reverse("inventory:accessories")),
            Crumb(self.object.asset_tag, here),
        )

    def named(self) -> dict[str, Any]:
        return {"accessory_id": self.object.pk, "actor": self.actor, "at": self.at}


class TakeBackAccessory(OnAccessory):
    """Take an accessory back (C-3)."""

    title = "Take the accessory back"
    sentence = "{} goes back into stock."
    submit = "Take back"
    done = "{} is back in stock."

    def act(self, form: Any) -> Accessory:  # noqa: ARG002 (nothing to fill in)
        return actions.unassign_accessory(**self.named())


class RetireAccessory(OnAccessory):
    """End the record of an accessory (C-3)."""

    title = "Retire the accessory"
    sentence = "{} leaves the inventory for good. Its history stays."
    submit = "Retire"
    look = "secondary"
    done = "{} was retired."

    def act(self, form: Any) -> Accessory:  # noqa: ARG002 (nothing to fill in)
        return actions.retire_accessory(**self.named())


class Models(ListPage[DeviceModel]):
    """The catalogue of makes and models."""

    permit = DEVICE_MANAGE
    title = "Device models"
    table_class = ModelTable
    filters = ModelFilters
    search = ("manufacturer", "name", "identifier")
    search_hint = "Manufacturer, name or model identifier"
    empty = "No model is in the catalogue yet. Add one, so that devices may be of it."
    noun = ("model", "models")

    def rows(self) -> QuerySet[DeviceModel]:
        return queries.models()

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Devices", reverse("inventory:devices")),)

    def buttons(self) -> Sequence[Button]:
        return (Button("Add a model", "inventory:model-new", DEVICE_MANAGE, look=""),)


class NewModel(FormPage):
    """Add a make and model (G-11)."""

    permit = DEVICE_MANAGE
    title = "Add a model"
    form_class = forms.ModelForm
    submit = "Add"
    done = "{} was added."

    def crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb("Devices", reverse("inventory:devices")),
            Crumb("Device models", reverse("inventory:models")),
        )

    def act(self, form: Any) -> DeviceModel:
        details = ModelDetails.of(**form.cleaned_data)
        return actions.add_model(details=details, actor=self.actor, at=self.at)
