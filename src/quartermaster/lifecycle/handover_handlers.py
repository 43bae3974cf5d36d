"""What hand-outs do when something happened below, and what they let the rooms below ask."""

from datetime import datetime

from quartermaster.inventory.events import DeviceAssigned
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import handovers
from quartermaster.lifecycle.queries.handovers import intended_for
from quartermaster.mdm import intended
from quartermaster.mdm.events import DeviceEnrolled

HOUSE = system("hand-out")

intended.register(intended_for)


@on(DeviceEnrolled)
def no_longer_awaited(event: DeviceEnrolled, at: datetime) -> None:
    """A device that went out before it was enrolled has come."""
    handovers.follow_enrolment(
        device_id=event.device_id, reason="It was enrolled.", actor=HOUSE, at=at
    )


@on(DeviceAssigned)
def back_again(event: DeviceAssigned, at: datetime) -> None:
    """A device that came back is not waited for."""
    if event.holder_id is None:
        handovers.follow_enrolment(
            device_id=event.device_id, reason="It came back.", actor=HOUSE, at=at
        )
