"""People, departments, roles and log-ins, for tests and the demo city."""

from datetime import UTC, datetime
from typing import Any

import factory
from django.contrib.auth.hashers import make_password

from quartermaster.org.models import Department, Person, RoleAssignment, User
from quartermaster.org.roles import Role

PASSWORD = "correct horse battery staple"


class DepartmentFactory(factory.django.DjangoModelFactory[Department]):
    """A covered department."""

    class Meta:
        model = Department

    code = factory.Sequence(lambda n: f"D{n:03}")
    name = factory.Sequence(lambda n: f"Department {n}")


class PersonFactory(factory.django.DjangoModelFactory[Person]):
    """An active employee of a department of their own."""

    class Meta:
        model = Person

    number = factory.Sequence(lambda n: f"P{n:05}")
    given_name = factory.Faker("first_name")
    family_name = factory.Faker("last_name")
    email = factory.Sequence(lambda n: f"person{n}@city.example")
    department = factory.SubFactory(DepartmentFactory)


class RoleAssignmentFactory(factory.django.DjangoModelFactory[RoleAssignment]):
    """A role granted long ago, without an end."""

    class Meta:
        model = RoleAssignment

    person = factory.SubFactory(PersonFactory)
    role = Role.ITMD_HELPDESK
    granted_at = datetime(2026, 1, 1, tzinfo=UTC)


class UserFactory(factory.django.DjangoModelFactory[User]):
    """The log-in of a person, with `PASSWORD`."""

    class Meta:
        model = User

    person = factory.SubFactory(PersonFactory)
    email = factory.LazyAttribute(lambda user: user.person.email)
    password = factory.LazyFunction(lambda: make_password(PASSWORD))


def people_csv(*rows: dict[str, Any]) -> bytes:
    """A file of people with the columns that the rows have; what is left out is plausible."""
    plain = {"given_name": "Pat", "family_name": "Doe", "department": "WATER"}
    full = [{**plain, "email": f"p{row['number']}@city.example".lower(), **row} for row in rows]
    columns = list(dict.fromkeys(name for row in full for name in row))
    lines = [",".join(columns)]
    lines += [",".join(str(row.get(name, "")) for name in columns) for row in full]
    return "\n".join([*lines, ""]).encode()
