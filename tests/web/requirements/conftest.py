"""A browser of each of the cast, and requirements to look at."""

from collections.abc import Callable

import pytest
from django.test import Client

from quartermaster.kernel.permits import system
from quartermaster.org.models import Person, RoleAssignment, User
from quartermaster.org.roles import Role
from quartermaster.policy import queries
from quartermaster.policy.actions import apply_proposal
from quartermaster.policy.plan import Proposal, read_defaults
from tests.cast import LONG_AGO


@pytest.fixture
def browse() -> Callable[[Person], Client]:
    """A client that is logged in as a person."""

    def log_in(person: Person) -> Client:
        user, _ = User.objects.get_or_create(email=person.email, person=person)
        client = Client()
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def applied(cast, at) -> Callable[[Proposal], None]:
    """Apply a proposal; the defaults are applied already."""

    def apply(proposal: Proposal) -> None:
        apply_proposal(
            proposal=proposal,
            digest=queries.plan(proposal).digest,
            actor=system("tests"),
            at=at,
        )

    apply(read_defaults())
    return apply


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
