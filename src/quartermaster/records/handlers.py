"""What the room records does when something happened, and what other rooms ask it."""

from datetime import datetime

from quartermaster.inventory import holds as of_devices
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system
from quartermaster.org import events as org
from quartermaster.org import holds as of_people
from quartermaster.records import holds
from quartermaster.records.actions.capture import follow_release
from quartermaster.records.actions.holds import note_separation
from quartermaster.records.events import PersonLetGo

HOUSE = system("legal holds")

of_devices.register(holds.check_device)
of_people.register(holds.check_person)


@on(org.PersonSeparated)
def tell_custodian(event: org.PersonSeparated, at: datetime) -> None:
    """Who must keep something and leaves: the records custodian sees to what they leave behind."""
    note_separation(person_id=event.person_id, actor=HOUSE, at=at)


@on(PersonLetGo)
def ask_to_delete(event: PersonLetGo, at: datetime) -> None:
    """What stayed on devices for a hold is to be deleted there, once no hold is left."""
    follow_release(person_id=event.person_id, actor=HOUSE, at=at)
