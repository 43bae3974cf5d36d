"""The tables of the room inventory."""

from quartermaster.inventory.models.devices import (
    Device,
    DeviceClass,
    DeviceModel,
    DeviceStatus,
    Ownership,
    Platform,
)
from quartermaster.inventory.models.things import (
    Accessory,
    AccessoryKind,
    Line,
    LineStatus,
    Sim,
)

__all__ = [
    "Accessory",
    "AccessoryKind",
    "Device",
    "DeviceClass",
    "DeviceModel",
    "DeviceStatus",
    "Line",
    "LineStatus",
    "Ownership",
    "Platform",
    "Sim",
]
