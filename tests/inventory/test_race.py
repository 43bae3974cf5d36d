"""Two transactions that write one IMEI, first for one and second for the other device."""

from threading import Thread

import psycopg
import pytest
from django.db import connection

from quartermaster.kernel.ids import new_id
from tests.factories.inventory import imei

INSERT = (
    "INSERT INTO inventory_device (id, asset_tag, device_class, platform, ownership, serial, imei,"
    " imei2, meid, eid, udid, wifi_mac, department_id, status, note)"
    " VALUES (%s, %s, 'smartphone', 'ios', 'city', '', %s, %s, '', '', '', '', %s, 'in_stock', '')"
)
CUSTODY = (
    "INSERT INTO inventory_custodyperiod (id, thing_id, device_id, position, since, custodian,"
    " department_id, verb, reason, cause_kind, by, entered_at)"
    " SELECT id, id, id, 1, now(), 'stock', department_id, 'test', '', '', 'test', now()"
    " FROM inventory_device WHERE department_id = %s"
)


@pytest.fixture
def links(db, django_db_blocker):
    """Two connections beside the test's own, and a committed department; taken away after."""
    words = {k: v for k, v in connection.get_connection_params().items() if isinstance(v, str)}
    keep = {k: words[k] for k in ("dbname", "host", "user", "password", "port") if k in words}
    one, two, place = psycopg.connect(**keep), psycopg.connect(**keep), new_id()
    one.execute(
        "INSERT INTO org_department (id, code, name, coverage, exclusion_reason)"
        " VALUES (%s, 'RACE-I', 'Race of devices', 'covered', '')",
        [place],
    )
    one.commit()
    yield one, two, place
    for link in (one, two):
        link.rollback()
    one.execute("SET session_replication_role = replica")  # custody is kept against all else
    one.execute("DELETE FROM inventory_custodyperiod WHERE department_id = %s", [place])
    one.execute("DELETE FROM inventory_device WHERE department_id = %s", [place])
    one.execute("DELETE FROM org_department WHERE id = %s", [place])
    one.commit()
    one.close()
    two.close()


def test_the_second_of_two_waits_and_is_refused(links):
    one, two, place = links
    one.execute(INSERT, [new_id(), "RACE-1", imei(901), imei(902), place])
    outcome = []

    def second():
        try:
            two.execute(INSERT, [new_id(), "RACE-2", imei(903), imei(901), place])
        except psycopg.errors.UniqueViolation as refused:
            outcome.append(refused.diag.constraint_name)

    thread = Thread(target=second)
    thread.start()
    thread.join(timeout=0.3)
    assert (thread.is_alive(), outcome) == (True, [])
    one.execute(CUSTODY, [place])
    one.commit()
    thread.join(timeout=10)
    assert outcome == ["inventory_device_imei_anywhere_once"]
