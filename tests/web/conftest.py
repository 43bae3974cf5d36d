"""Browsers logged in as each of the cast."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory

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


@pytest.fixture
def asking(cast, at) -> Callable[[Person], HttpRequest]:
    """A request as the door passes it on, for panels and cards: ``asking(cast.ana)``."""

    def ask(person: Person) -> HttpRequest:
        request = RequestFactory().get("/")
        request.actor, request.at = cast.acting(person), at
        return request

    return ask
