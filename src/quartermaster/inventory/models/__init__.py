"""The tables of the room inventory."""

from quartermaster.inventory.models.applications import ApplicationDecision, ApplicationQuestion
from quartermaster.inventory.models.counts import Confirmation, CountEntry, StockCount
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
from quartermaster.inventory.models.photographs import Photograph
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
    "Confirmation",
    "CountEntry",
    "Custodian",
    "CustodyPeriod",
    "Device",
    "DeviceClass",
    "DeviceModel",
    "DeviceStatus",
    "Line",
    "LineStatus",
    "Ownership",
    "Photograph",
    "Platform",
    "Sim",
    "StockCount",
]
