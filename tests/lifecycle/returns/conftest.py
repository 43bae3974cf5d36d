"""Ida and Ben of ITMD, and Ana with a phone."""

import pytest

from tests.factories import destruction, losses


@pytest.fixture
def ida(cast):
    return cast.acting(cast.ida)


@pytest.fixture
def ben(cast):
    return cast.acting(destruction.second_person(cast))


@pytest.fixture
def ana(cast):
    return cast.acting(cast.ana)


@pytest.fixture
def phone(cast, at):
    return losses.phone(cast.ana, at)
