"""Fifty at once want one device made ready for them; one wins, the others get a clear error."""

from functools import partial

import pytest

from quartermaster.inventory.models import Device
from quartermaster.lifecycle.errors import KeptForAnother
from quartermaster.lifecycle.models import Handover, HandoverItem
from tests.cast import AT, make_cast
from tests.factories import handovers as make
from tests.factories.inventory import DeviceFactory
from tests.factories.org import PersonFactory
from tests.races import at_once

MANY = 50


@pytest.fixture
def city(transactional_db):
    cast = make_cast()
    return cast, DeviceFactory(department=cast.itmd, platform="android")


@pytest.mark.clause("C-3")
def test_one_of_fifty_keeps_the_device(city):
    cast, device = city
    people = [PersonFactory(department=cast.water) for _ in range(MANY)]
    outcomes = at_once(*[partial(make.prepared, person, AT, device) for person in people])
    made = [item for item in outcomes if isinstance(item, Handover)]
    refused = [item for item in outcomes if isinstance(item, KeptForAnother)]
    assert (len(made), len(refused)) == (1, MANY - 1)
    assert all(f"{device} is" in item.message for item in refused)
    assert made[0].holder in people
    assert HandoverItem.objects.filter(live=True).count() == Handover.objects.count() == 1


@pytest.mark.clause("C-3")
def test_one_of_many_signatures_moves_the_device_once(city):
    cast, device = city
    made = make.prepared(cast.ana, AT, device)
    outcomes = at_once(*[lambda: make.signed(Handover.objects.get(id=made.id), AT)] * 10)
    assert sorted(type(item).__name__ for item in outcomes) == ["Conflict"] * 9 + ["Handover"]
    assert Device.objects.get(id=device.id).holder == cast.ana
