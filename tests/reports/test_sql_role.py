"""The role for reporting tools reads what is on its list, and nothing of call detail (G-9)."""

import pytest
from django.db import DatabaseError, connection, transaction

from quartermaster.kernel.errors import InvalidInput, Refused
from quartermaster.kernel.permits import system
from quartermaster.reports.sql_role import READABLE, make_role

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-9")]
HOUSE = system("test")
WITHHELD = (
    "usage_refusedrow",
    "usage_carrierfile",
    "usage_importedpart",
    "usage_detailfile",
    "usage_usagecycle",
    "usage_detailrequest",
    "usage_detaillook",
    "audit_entry",
    "notify_message",
    "billing_carrieraccess",
)


def reads(table):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('city_reports', %s, 'SELECT')", [table])
        said = cursor.fetchone()[0]
    if not said:
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            _select(table)
    else:
        _select(table)
    return said


def _select(table):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE city_reports")
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} LIMIT 1")
        cursor.execute("RESET ROLE")


def test_of_every_table_it_reads_just_what_is_named():
    assert make_role(name="city_reports", actor=HOUSE) == list(READABLE)
    there = connection.introspection.table_names()
    assert set(WITHHELD) <= set(there)
    assert {table for table in there if reads(table)} == set(READABLE)


def test_what_it_had_too_much_is_taken_back():
    make_role(name="city_reports", actor=HOUSE)
    with connection.cursor() as cursor:
        cursor.execute("GRANT SELECT ON usage_refusedrow TO city_reports")
    assert reads("usage_refusedrow")
    make_role(name="city_reports", actor=HOUSE)
    assert not reads("usage_refusedrow")


def test_it_writes_nothing_and_does_not_log_in():
    make_role(name="city_reports", actor=HOUSE)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE city_reports")
        cursor.execute("UPDATE inventory_line SET plan = ''")
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = 'city_reports'")
        assert cursor.fetchone() == (False, False)


@pytest.mark.parametrize("name", ["", "Postgres", 'a"; DROP TABLE x', "a" * 60])
def test_a_name_is_a_name(name):
    with pytest.raises(InvalidInput):
        make_role(name=name, actor=HOUSE)


def test_only_the_installation_makes_it(cast):
    with pytest.raises(Refused):
        make_role(name="city_reports", actor=cast.acting(cast.ida))
