"""Many people move one thing at the same instant: one of them does, the others are told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from quartermaster.inventory import actions
from quartermaster.inventory.models import CustodyPeriod
from quartermaster.kernel.errors import Conflict
from tests.factories import inventory as make

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 50


def all_at_once(work):
    """What each of the many gets: a result, or the conflict's code."""
    together = Barrier(MANY)

    def one(number):
        connection.ensure_connection()
        together.wait()
        try:
            work(number)
        except Conflict as conflict:
            return conflict.code
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(MANY) as pool:
        return sorted(pool.map(one, range(MANY)))


@pytest.mark.clause("C-3")
def test_one_device_goes_to_one_of_fifty(cast, at):
    device, ida = make.DeviceFactory(department=cast.water), cast.acting(cast.ida)
    people = [cast.ana, cast.sue, cast.cole, cast.rex]

    def hand_out(number):
        holder = people[number % len(people)]
        actions.assign(device_id=device.id, holder_id=holder.id, actor=ida, at=at)

    assert all_at_once(hand_out) == ["conflict"] * (MANY - 1) + ["done"]
    device.refresh_from_db()
    rows = CustodyPeriod.objects.filter(thing_id=device.id).order_by("position")
    assert [row.person_id for row in rows] == [None, device.holder_id]


def test_one_accessory_goes_to_one_of_fifty(cast, at):
    kit, ida = make.AccessoryFactory(department=cast.water), cast.acting(cast.ida)
    answers = all_at_once(
        lambda _: actions.assign_accessory(
            accessory_id=kit.id, holder_id=cast.ana.id, actor=ida, at=at
        )
    )
    assert answers == ["conflict"] * (MANY - 1) + ["done"]
    assert CustodyPeriod.objects.filter(thing_id=kit.id).count() == 2
