"""What the tests of imports share."""

import pytest

from tests.factories import imports as make


@pytest.fixture
def contracts(db, at):
    """The City has a contract with each simulated carrier."""
    make.contracts_of(at)
