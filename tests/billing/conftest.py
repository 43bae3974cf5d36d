"""What the tests of orders share."""

import pytest

from tests.factories import orders as make


@pytest.fixture
def authorised():
    """Whatever is ordered is authorised."""
    with make.everything_authorised():
        yield


@pytest.fixture
def contract(db, at):
    return make.contract(at)


@pytest.fixture
def plan(contract, at):
    return make.plan(contract, at)


@pytest.fixture
def phone(contract, at):
    return make.phone(contract, at)
