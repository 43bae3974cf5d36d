"""One writer at a time for the city's structure.

Whether supervision has a cycle depends on many rows; two changes that are each sound could
together close a ring. The lock is the trigger's own, and lasts until the transaction ends.
"""

from uuid import UUID

from quartermaster.jobs.turns import take_turn
from quartermaster.kernel.errors import NotFound
from quartermaster.org.models import Department, Person

LOCK = 0x4F52_4700


def lock() -> None:
    """Wait until this transaction is the only one that changes people or departments."""
    take_turn(LOCK)


def the_person(person_id: UUID) -> Person:
    """The person to change, locked; `NotFound` where there is none."""
    lock()
    people = Person.objects.select_related("department").select_for_update(of=("self",))
    found = people.filter(id=person_id).first()
    if found is None:
        raise NotFound("There is no such person.")
    return found


def the_department(department_id: UUID) -> Department:
    """The department to change, locked; `NotFound` where there is none."""
    lock()
    found = Department.objects.select_for_update().filter(id=department_id).first()
    if found is None:
        raise NotFound("There is no such department.")
    return found
