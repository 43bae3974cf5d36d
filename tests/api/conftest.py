"""A caller of the API: speaks with the token of one of the cast."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.org.models import Person
from quartermaster.org.tokens import create_token

EVERYTHING = ("people:read", "departments:read", "requirements:read", "trace:read")


@pytest.fixture
def token() -> Callable[..., str]:
    """Make a token for a person, by default with every scope that reads."""

    def make(person: Person, *scopes: str, days: int = 30) -> str:
        at = now()
        return create_token(
            owner_id=person.id,
            name="Test",
            scopes=scopes or EVERYTHING,
            expires_at=at + timedelta(days=days),
            actor=system("tests"),
            at=at,
        )[1]

    return make


@pytest.fixture
def call(token) -> Callable[..., Any]:
    """Call a path under /api/v1/ as a person; returns the response."""

    def request(person: Person, path: str, *scopes: str, method: str = "get", **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {token(person, *scopes)}"}
        return getattr(Client(), method)(f"/api/v1/{path}", headers=headers, **more)

    return request
