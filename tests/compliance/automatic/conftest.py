"""Ida, who writes rules, Ben, who switches them on, and a city that asks for passcodes."""

from typing import Any

import pytest

from tests.factories import automatic as make
from tests.factories.destruction import account, second_person


@pytest.fixture
def ida(cast) -> Any:
    account(cast.ida)
    return cast.acting(cast.ida)


@pytest.fixture
def ben(cast) -> Any:
    return cast.acting(second_person(cast))


@pytest.fixture
def auditor(cast) -> Any:
    return second_person(cast, "auditor", "1008")


@pytest.fixture
def asked(cast, at) -> None:
    make.ask(at)


@pytest.fixture
def no_jump(settings) -> None:
    """So few devices that half of them may fail at once without a meaning."""
    settings.AUTOMATIC_JUMP_LEAST = 1000
