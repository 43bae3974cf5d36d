"""The ledger: written with the act, chained, append-only."""

import pytest
from django.db import DatabaseError, connection, transaction

from quartermaster.audit import chain
from quartermaster.audit.models import Entry
from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import system

HOUSE = system("test")


@pytest.mark.django_db
def test_entries_of_one_act_are_chained(at, settings):
    with act(HOUSE, at) as doing:
        doing.record_about("test.first", "thing", "1", colour="blue")
        doing.record_about("test.second", "thing", "1")

    first, second = Entry.objects.order_by("seq")
    draft = chain.Draft(at, "test.first", "test", None, "thing", "1", {"colour": "blue"})
    assert bytes(first.previous) == chain.GENESIS
    assert bytes(first.digest) == chain.digest(chain.GENESIS, 1, draft)
    assert bytes(second.previous) == bytes(first.digest)
    assert bytes(second.seal) == chain.seal(settings.AUDIT_KEY, bytes(second.digest))


@pytest.mark.django_db
def test_failed_act_leaves_nothing(at):
    with pytest.raises(ZeroDivisionError), act(HOUSE, at) as doing:
        doing.record_about("test.first", "thing", "1")
        raise ZeroDivisionError
    assert Entry.objects.count() == 0


@pytest.mark.django_db
def test_caught_failure_of_nested_act_leaves_outer_entries_only(at):
    with act(HOUSE, at) as doing:
        doing.record_about("test.outer", "thing", "1")
        with pytest.raises(ZeroDivisionError), act(HOUSE, at) as nested:
            nested.record_about("test.inner", "thing", "1")
            raise ZeroDivisionError
    assert [entry.tag for entry in Entry.objects.all()] == ["test.outer"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entry SET tag = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"],
)
def test_database_refuses_to_change_the_ledger(at, statement):
    with act(HOUSE, at) as doing:
        doing.record_about("test.first", "thing", "1")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
