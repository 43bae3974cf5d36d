"""What returns do when a device moved by another way."""

from datetime import datetime

from quartermaster.inventory.events import DeviceAssigned
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import returns

HOUSE = system("returns")


@on(DeviceAssigned)
def not_asked_for_any_longer(event: DeviceAssigned, at: datetime) -> None:
    """Who does not have a device is not asked for it."""
    returns.follow_device(device_id=event.device_id, actor=HOUSE, at=at)
