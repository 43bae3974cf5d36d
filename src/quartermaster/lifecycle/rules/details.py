"""What is asked for, checked at the border."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from quartermaster.inventory.models import AccessoryKind, DeviceClass
from quartermaster.inventory.rules.details import Capabilities
from quartermaster.lifecycle.rules.requests import ItemKind
from quartermaster.org.rules.details import Details, OneLine

MOST_ITEMS = 10
ALWAYS_CELLULAR = frozenset({DeviceClass.SMARTPHONE, DeviceClass.HOTSPOT})
Need = Annotated[str, Field(title="need", min_length=10, max_length=1000)]
Wish = Annotated[OneLine, Field(title="wish", max_length=200)]


class ItemDetails(Details):
    """One thing, by its kind and by what it must be able to do; a model is a wish at most."""

    kind: ItemKind
    device_class: DeviceClass | None = Field(None, title="class")
    cellular: bool = False
    accessory_kind: AccessoryKind | None = Field(None, title="kind of accessory")
    capabilities: Capabilities = ()
    wish: Wish = ""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.kind is ItemKind.DEVICE) != (self.device_class is not None):
            raise ValueError("a device, and nothing else, names its class")
        if (self.kind is ItemKind.ACCESSORY) != (self.accessory_kind is not None):
            raise ValueError("an accessory, and nothing else, names its kind")
        if self.kind is not ItemKind.DEVICE and self.capabilities:
            raise ValueError("only a device is asked for by what it can do")
        return self

    def values(self) -> dict[str, object]:
        """The fields of the row."""
        return {
            "kind": self.kind,
            "device_class": self.device_class or "",
            "cellular": self.cellular or self.device_class in ALWAYS_CELLULAR,
            "accessory_kind": self.accessory_kind or "",
            "capabilities": list(self.capabilities),
            "wish": self.wish,
        }


class RequestDetails(Details):
    """What is needed, in words, from when, and the things."""

    need: Need
    wanted_from: date = Field(title="wanted from")
    items: Annotated[tuple[ItemDetails, ...], Field(min_length=1, max_length=MOST_ITEMS)]
