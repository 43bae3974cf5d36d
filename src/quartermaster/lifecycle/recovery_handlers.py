"""What the room does when people leave and things come back."""

from datetime import datetime

from quartermaster.inventory.events import AccessoryAssigned, DeviceAssigned
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import recoveries
from quartermaster.org.events import (
    PersonReinstated,
    PersonSeparated,
    SeparationDropped,
    SeparationPlanned,
)

HOUSE = system("lifecycle")


@on(SeparationPlanned)
def announce_recovery(event: SeparationPlanned, at: datetime) -> None:
    """Who is going to leave is asked in time for what they have."""
    recoveries.announce_recovery(
        person_id=event.person_id, on=event.separated_on, actor=HOUSE, at=at
    )


@on(PersonSeparated)
def begin_recovery(event: PersonSeparated, at: datetime) -> None:
    """Who has left owes what they still have."""
    recoveries.begin_recovery(person_id=event.person_id, on=event.separated_on, actor=HOUSE, at=at)


@on(SeparationDropped)
def call_off_planned(event: SeparationDropped, at: datetime) -> None:
    recoveries.call_off_recovery(person_id=event.person_id, actor=HOUSE, at=at)


@on(PersonReinstated)
def call_off_begun(event: PersonReinstated, at: datetime) -> None:
    recoveries.call_off_recovery(person_id=event.person_id, actor=HOUSE, at=at)


@on(DeviceAssigned)
def settle_returned(event: DeviceAssigned, at: datetime) -> None:
    """A device that changed hands is not due any longer."""
    recoveries.settle_returned(device_id=event.device_id, actor=HOUSE, at=at)


@on(AccessoryAssigned)
def settle_returned_kit(event: AccessoryAssigned, at: datetime) -> None:
    """Nor is an accessory."""
    recoveries.settle_returned(accessory_id=event.accessory_id, actor=HOUSE, at=at)
