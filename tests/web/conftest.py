"""Browsers logged in as each of the cast."""

from collections.abc import Callable

import pytest
from django.test import Client

from quartermaster.org.models import Person, User


@pytest.fixture
def logged_in(cast) -> Callable[[Person], Client]:
    """A client that is logged in as a person of the cast: ``logged_in(cast.ana)``."""

    def log_in(person: Person) -> Client:
        user, _ = User.objects.get_or_create(person=person, defaults={"email": person.email})
        client = Client()
        client.force_login(user)
        return client

    return log_in
