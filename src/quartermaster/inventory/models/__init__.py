"""The tables of the room inventory."""

from quartermaster.inventory.models.devices import (
    IDENTIFIERS,
    Device,
    DeviceClass,
    DeviceModel,
    DeviceStatus,
    Ownership,
    Platform,
)
from quartermaster.inventory.models.things import (
    LIVE,
    Accessory,
    AccessoryKind,
    Line,
    LineStatus,
    Sim,
)

__all__ = [
    "IDENTIFIERS",
    "LIVE",
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
