"""What the inventory tells the rooms above."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from quartermaster.kernel.events import Event, event


@event
@dataclass(frozen=True)
class DeviceRegistered(Event):
    tag: ClassVar[str] = "inventory.device.registered"
    device_id: UUID


@event
@dataclass(frozen=True)
class DeviceAssigned(Event):
    """The device changed hands; ``holder_id`` is None when it came back."""

    tag: ClassVar[str] = "inventory.device.assigned"
    device_id: UUID
    holder_id: UUID | None


@event
@dataclass(frozen=True)
class AccessoryAssigned(Event):
    """The accessory changed hands; ``holder_id`` is None when it came back."""

    tag: ClassVar[str] = "inventory.accessory.assigned"
    accessory_id: UUID
    holder_id: UUID | None


@event
@dataclass(frozen=True)
class DeviceChanged(Event):
    tag: ClassVar[str] = "inventory.device.changed"
    device_id: UUID


@event
@dataclass(frozen=True)
class DeviceRetired(Event):
    tag: ClassVar[str] = "inventory.device.retired"
    device_id: UUID


@event
@dataclass(frozen=True)
class ApplicationDecided(Event):
    """What the City holds of an application changed."""

    tag: ClassVar[str] = "inventory.application.decided"
    decision_id: UUID


@event
@dataclass(frozen=True)
class HolderDenied(Event):
    """A holder who was asked says that they do not have the device."""

    tag: ClassVar[str] = "inventory.holder.denied"
    device_id: UUID
    holder_id: UUID
    confirmation_id: UUID
