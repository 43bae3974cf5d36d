"""The tables of the room inventory."""

from quartermaster.inventory.models.applications import ApplicationDecision, ApplicationQuestion
from quartermaster.inventory.models.custody import THINGS, Custodian, CustodyPeriod
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
    "THINGS",
    "Accessory",
    "AccessoryKind",
    "ApplicationDecision",
    "ApplicationQuestion",
    "Custodian",
    "CustodyPeriod",
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
