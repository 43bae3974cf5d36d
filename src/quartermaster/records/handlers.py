"""What the room records does when something happened, and what other rooms ask it."""

from datetime import datetime

from django.utils.timezone import localdate

from quartermaster.inventory import events as inventory
from quartermaster.inventory import holds as of_devices
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system
from quartermaster.org import events as org
from quartermaster.org import holds as of_people
from quartermaster.records import destruction, disposables, holds, keeping
from quartermaster.records.actions.capture import follow_release
from quartermaster.records.actions.holds import note_separation
from quartermaster.records.actions.retention import follow
from quartermaster.records.events import PersonLetGo
from quartermaster.records.rules.retention import Trigger

HOUSE = system("legal holds")

of_devices.register(holds.check_device)
of_people.register(holds.check_person)
keeping.register(holds.held_records)
disposables.register(destruction.RECORDS)


@on(org.PersonSeparated)
def tell_custodian(event: org.PersonSeparated, at: datetime) -> None:
    """Who must keep something and leaves: the records custodian sees to what they leave behind."""
    note_separation(person_id=event.person_id, actor=HOUSE, at=at)


@on(PersonLetGo)
def ask_to_delete(event: PersonLetGo, at: datetime) -> None:
    """What stayed on devices for a hold is to be deleted there, once no hold is left."""
    follow_release(person_id=event.person_id, actor=HOUSE, at=at)


@on(org.PersonSeparated)
def begin_periods_of_person(event: org.PersonSeparated, at: datetime) -> None:
    """What is kept for some years after somebody leaves."""
    follow(
        trigger=Trigger.SEPARATED,
        happened_on=event.separated_on,
        person_id=event.person_id,
        actor=HOUSE,
        at=at,
    )


@on(org.PersonReinstated)
def wait_for_person_again(event: org.PersonReinstated, at: datetime) -> None:
    """Who is in the City's service again has not left it."""
    follow(
        trigger=Trigger.SEPARATED,
        happened_on=None,
        person_id=event.person_id,
        actor=HOUSE,
        at=at,
    )


@on(inventory.DeviceRetired)
def begin_periods_of_device(event: inventory.DeviceRetired, at: datetime) -> None:
    """What is kept for some years after a device is gone."""
    follow(
        trigger=Trigger.DISPOSED,
        happened_on=localdate(at),
        device_id=event.device_id,
        actor=HOUSE,
        at=at,
    )
