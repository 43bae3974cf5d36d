"""The tables of the room inventory."""

from quartermaster.inventory.models.applications import ApplicationDecision, ApplicationQuestion
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
    "ApplicationDecision",
    "ApplicationQuestion",
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
