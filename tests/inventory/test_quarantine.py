"""What somebody held is handed to nobody before it was sanitised: house and database (C-3)."""

import pytest
from django.db import IntegrityError, transaction

from quartermaster.inventory import actions
from quartermaster.inventory.errors import NotSanitised
from quartermaster.inventory.models import Device
from quartermaster.kernel.errors import Conflict
from tests.factories import inventory as make


@pytest.fixture
def ida(cast, at):
    return {"actor": cast.acting(cast.ida), "at": at}


def used(cast, ida):
    """A phone that Ana had, back in stock."""
    device = make.DeviceFactory(department=cast.water)
    actions.assign(device_id=device.id, holder_id=cast.ana.id, **ida)
    return actions.unassign(device_id=device.id, **ida)


@pytest.mark.clause("C-3")
def test_a_device_that_came_back_is_kept_from_the_next_holder(cast, ida):
    device = used(cast, ida)
    assert device.quarantined
    with pytest.raises(NotSanitised, match="not sanitised yet"):
        actions.assign(device_id=device.id, holder_id=cast.sue.id, **ida)
    device.refresh_from_db()
    assert (device.holder, device.status) == (None, "in_stock")


@pytest.mark.clause("C-3")
def test_the_database_refuses_it_whichever_way_it_is_tried(cast, ida):
    device = used(cast, ida)
    handed = {"holder": cast.sue, "status": "assigned"}
    with (
        pytest.raises(IntegrityError, match="not sanitised since its last use"),
        transaction.atomic(),
    ):
        Device.objects.filter(id=device.id).update(**handed)


def test_an_import_says_so_at_the_line(cast, ida, at):
    device = used(cast, ida)
    content = make.csv_of({"tag": device.asset_tag, "holder": cast.sue.number})
    plan = actions.plan_import(kind=actions.Kind.DEVICES, content=content, actor=ida["actor"])
    assert [str(error) for error in plan.errors] == [
        "Line 2, holder: cannot have it yet: it was used before and is not sanitised."
    ]


def test_a_hot_spot_keeps_nothing_and_a_new_device_has_nothing(cast, ida):
    hotspot = make.HotspotFactory(department=cast.water)
    for person in (cast.ana, cast.sue):
        assert actions.assign(device_id=hotspot.id, holder_id=person.id, **ida).holder == person
        actions.unassign(device_id=hotspot.id, **ida)
    assert not make.DeviceFactory(department=cast.water).quarantined


def test_found_again_it_goes_back_to_who_had_it(cast, ida):
    device = make.DeviceFactory(holder=cast.ana)
    actions.report_lost(device_id=device.id, **ida)
    assert actions.hand_back(device_id=device.id, **ida).holder == cast.ana


def test_only_what_is_in_stock_is_counted_as_sanitised(cast, ida):
    device = make.DeviceFactory(holder=cast.ana)
    with pytest.raises(Conflict, match="not in stock"):
        actions.count_sanitised(device_id=device.id, **ida)
