"""People whom tests of requirements need beside the cast."""

import pytest

from quartermaster.org.models import Coverage, Department, Person, RoleAssignment
from quartermaster.org.roles import Role
from tests.cast import LONG_AGO


@pytest.fixture
def second(cast) -> Person:
    """Ben, another administrator at ITMD."""
    person = Person.objects.create(
        number="1006",
        given_name="Ben",
        family_name="Abara",
        email="ben@city.example",
        department=cast.itmd,
    )
    RoleAssignment.objects.create(person=person, role=Role.ITMD_ADMIN, granted_at=LONG_AGO)
    return person


@pytest.fixture
def police(db) -> Department:
    """A department that the policy excludes."""
    return Department.objects.create(
        code="POLICE",
        name="Police",
        coverage=Coverage.EXCLUDED,
        exclusion_reason="Holds its own vendor contracts",
    )
