"""Two people at ITMD, and Ana's phone."""

from typing import Any

import pytest

from quartermaster.inventory.models import Device
from quartermaster.kernel.permits import Actor
from tests.factories import destruction, losses


@pytest.fixture
def ida(cast) -> Actor:
    destruction.account(cast.ida)
    return cast.acting(cast.ida)


@pytest.fixture
def ben(cast) -> Actor:
    return cast.acting(destruction.second_person(cast))


@pytest.fixture
def ana(cast) -> Actor:
    return cast.acting(cast.ana)


@pytest.fixture
def phone(cast, at) -> Device:
    return losses.phone(cast.ana, at)


@pytest.fixture
def loss(phone, ana, at) -> Any:
    return losses.reported(phone, ana, at)
