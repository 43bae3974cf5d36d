"""What is derived of records is registered, and removed with them."""

from uuid import uuid4

import pytest

from quartermaster.records import destroying
from tests.cast import AT


@pytest.fixture
def registry(monkeypatch):
    """A registry of this test alone."""
    monkeypatch.setattr(destroying, "_PURGES", [])


def test_every_purge_gets_all_records_once_however_often_it_was_registered(registry):
    first, second = uuid4(), uuid4()
    seen = []

    def index(keys, at):
        seen.append(("index", keys, at))

    def text(keys, at):
        seen.append(("text", keys, at))

    assert destroying.register(index) is index
    destroying.register(text)
    destroying.register(index)
    destroying.purge_derived([first, second, first], AT)
    both = frozenset({first, second})
    assert seen == [("index", both, AT), ("text", both, AT)]


def test_nothing_to_destroy_asks_nobody(registry):
    def index(_keys, _at):
        raise AssertionError("nothing is destroyed")

    destroying.register(index)
    destroying.purge_derived([], AT)


def test_a_purge_that_fails_is_heard(registry):
    def index(_keys, _at):
        raise RuntimeError("the index is locked")

    destroying.register(index)
    with pytest.raises(RuntimeError, match="the index is locked"):
        destroying.purge_derived([uuid4()], AT)
