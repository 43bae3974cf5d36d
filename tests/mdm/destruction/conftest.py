"""Two people, and a device of Ana's that is enrolled."""

from collections.abc import Callable
from typing import Any

import pytest

from quartermaster.mdm.models import Enrolment
from quartermaster.org.models import Person
from tests.factories import destruction, mdm


@pytest.fixture
def ida(cast) -> Any:
    """Ida, who asks; with a password."""
    destruction.account(cast.ida)
    return cast.acting(cast.ida)


@pytest.fixture
def second(cast) -> Person:
    return destruction.second_person(cast)


@pytest.fixture
def ben(cast, second) -> Any:
    """Ben, who agrees."""
    return cast.acting(second)


@pytest.fixture
def fleet(cast, at) -> Callable[..., list[Enrolment]]:
    """Makes so many enrolled iPhones that Ana holds."""

    def make(count: int = 1, **more: Any) -> list[Enrolment]:
        return [mdm.enrolled(item, at) for item in destruction.devices(cast, count, **more)]

    return make
