"""Shared furniture of the tests: a fixed instant and the cast of five."""

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cast import Cast

pytest_plugins = [
    "tests.plugins.acme",
    "tests.plugins.clauses",
    "tests.plugins.databases",
    "tests.plugins.door",
    "tests.plugins.properties",
    "tests.plugins.push",
    "tests.plugins.smtp",
]


@pytest.fixture
def at() -> datetime:
    """The instant at which a test happens."""
    from tests.cast import AT  # models are importable once Django is set up

    return AT


@pytest.fixture
def cast(db: None) -> "Cast":
    """Ana, Cole, Sue, Ida and Rex."""
    from tests.cast import make_cast  # models are importable once Django is set up

    return make_cast()
