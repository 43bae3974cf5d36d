"""Many people move one thing at the same instant: one of them does, the others are named."""

import pytest

from quartermaster.inventory import actions
from quartermaster.inventory.models import CustodyPeriod
from tests.factories import inventory as make
from tests.races import at_once, named

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 50


@pytest.mark.clause("C-3")
def test_one_device_goes_to_one_of_fifty(cast, at):
    device, ida = make.DeviceFactory(department=cast.water), cast.acting(cast.ida)
    people = [cast.ana, cast.sue, cast.cole, cast.rex]

    def handing(holder):
        return lambda: (
            actions.assign(device_id=device.id, holder_id=holder.id, actor=ida, at=at).asset_tag
        )

    answers = named(at_once(*[handing(people[n % len(people)]) for n in range(MANY)]))
    assert sorted(answers) == sorted(["Conflict"] * (MANY - 1) + [device.asset_tag])
    device.refresh_from_db()
    rows = CustodyPeriod.objects.filter(thing_id=device.id).order_by("position")
    assert [row.person_id for row in rows] == [None, device.holder_id]


def test_one_accessory_goes_to_one_of_fifty(cast, at):
    kit, ida = make.AccessoryFactory(department=cast.water), cast.acting(cast.ida)
    more = {"accessory_id": kit.id, "holder_id": cast.ana.id, "actor": ida, "at": at}
    answers = named(at_once(*[lambda: actions.assign_accessory(**more).asset_tag] * MANY))
    assert sorted(answers) == sorted(["Conflict"] * (MANY - 1) + [kit.asset_tag])
    assert CustodyPeriod.objects.filter(thing_id=kit.id).count() == 2
