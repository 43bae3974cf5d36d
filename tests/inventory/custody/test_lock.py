"""Whoever waited for a lock sees what the other wrote, and its neighbours with it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from quartermaster.inventory import actions
from quartermaster.inventory.models import Device
from quartermaster.inventory.queries import device_for_update
from tests.factories import inventory as make

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND %s = ANY(pg_blocking_pids(pid))"


def nobody_waits(cursor, holder_pid):
    cursor.execute(WAITING, [holder_pid])
    return cursor.fetchone()[0] == 0


def read_in_turn(device_id):
    try:
        with transaction.atomic():
            device = device_for_update(device_id)
            return device.holder, device.department, device.model
    finally:
        connections.close_all()


@pytest.mark.clause("C-3")
def test_who_waited_sees_the_new_holder_and_not_the_one_before(cast, at):
    device, ida = make.DeviceFactory(department=cast.water), cast.acting(cast.ida)
    with ThreadPoolExecutor(1) as pool, connection.cursor() as cursor:
        with transaction.atomic():
            actions.assign(device_id=device.id, holder_id=cast.ana.id, actor=ida, at=at)
            cursor.execute("SELECT pg_backend_pid()")
            (own,) = cursor.fetchone()
            later = pool.submit(read_in_turn, device.id)
            while nobody_waits(cursor, own):
                assert not later.done()
        assert later.result(30) == (cast.ana, cast.water, device.model)


def test_neighbours_of_locked_rows_come_by_statements_of_their_own(cast, django_assert_num_queries):
    device = make.DeviceFactory(department=cast.water, holder=cast.ana)
    rows = Device.objects.select_for_update(of=("self",))
    rows = rows.select_related("department", "holder__supervisor")
    with transaction.atomic(), django_assert_num_queries(4):
        found = rows.get(id=device.id)
        assert found.holder.supervisor == cast.ana.supervisor
        assert found.department == cast.water


def test_neighbours_that_are_locked_too_come_by_the_same_statement(cast, django_assert_num_queries):
    device = make.DeviceFactory(department=cast.water)
    rows = Device.objects.select_for_update(of=("self", "department"))
    with transaction.atomic(), django_assert_num_queries(1):
        assert rows.select_related("department").get(id=device.id).department == cast.water
