"""The cast of five: the same people in every test.

Ana is an employee of Water Works; Sue supervises her; Cole coordinates their department; Ida
administers at ITMD; Rex works elsewhere and must see nothing of them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from quartermaster.kernel.permits import Actor
from quartermaster.org.models import Department, Person, RoleAssignment
from quartermaster.org.queries import actor_for
from quartermaster.org.roles import Role

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
EVENING = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)  # seven in the evening of the same day, here
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)  # before any clock on which the tests may run


@dataclass
class Cast:
    """People, their departments, and each as an actor (``cast.acting(cast.ana)``)."""

    water: Department
    library: Department
    itmd: Department
    ana: Person
    cole: Person
    sue: Person
    ida: Person
    rex: Person

    @staticmethod
    def acting(person: Person) -> Actor:
        return actor_for(person, AT)


def _person(number: str, name: str, department: Department, **more: object) -> Person:
    given, family = name.split()
    return Person.objects.create(
        number=number,
        given_name=given,
        family_name=family,
        email=f"{given.lower()}@city.example",
        department=department,
        **more,
    )


def make_cast() -> Cast:
    water = Department.objects.create(code="WATER", name="Water Works")
    library = Department.objects.create(code="LIB", name="Public Library")
    itmd = Department.objects.create(code="ITMD", name="Information and Technology Management")
    sue = _person("1003", "Sue Okafor", water, title="Field supervisor")
    cast = Cast(
        water=water,
        library=library,
        itmd=itmd,
        ana=_person("1001", "Ana Reyes", water, supervisor=sue, title="Meter technician"),
        cole=_person("1002", "Cole Novak", water, title="Telecom coordinator"),
        sue=sue,
        ida=_person("1004", "Ida Lindqvist", itmd, title="Device administrator"),
        rex=_person("1005", "Rex Moreau", library, title="Librarian"),
    )
    RoleAssignment.objects.create(
        person=cast.cole, role=Role.COORDINATOR, department=water, granted_at=LONG_AGO
    )
    RoleAssignment.objects.create(person=cast.ida, role=Role.ITMD_ADMIN, granted_at=LONG_AGO)
    return cast
