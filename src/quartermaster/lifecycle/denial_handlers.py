"""What follows when a holder says that they do not have a device."""

from datetime import datetime

from quartermaster.inventory.events import DeviceAssigned, DeviceRetired, HolderDenied
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import denials
from quartermaster.lifecycle.loss_events import LossReported

HOUSE = system("custody")


@on(HolderDenied)
def ask_where_it_is(event: HolderDenied, at: datetime) -> None:
    denials.open_denial(confirmation_id=event.confirmation_id, actor=HOUSE, at=at)


@on(LossReported)
def it_was_reported(event: LossReported, at: datetime) -> None:
    denials.follow_device(device_id=event.device_id, actor=HOUSE, at=at)


@on(DeviceAssigned)
def it_is_elsewhere(event: DeviceAssigned, at: datetime) -> None:
    denials.follow_device(device_id=event.device_id, actor=HOUSE, at=at)


@on(DeviceRetired)
def it_is_gone(event: DeviceRetired, at: datetime) -> None:
    denials.follow_device(device_id=event.device_id, actor=HOUSE, at=at)
