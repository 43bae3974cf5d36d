"""What the rooms above hear of devices."""

import pytest

from quartermaster.inventory import actions, events
from quartermaster.inventory.rules.details import DeviceDetails
from quartermaster.jobs import outbox
from quartermaster.kernel.events import on
from tests.factories import inventory as make
from tests.factories.returns import let_go

HEARD = []


@on(events.DeviceRegistered)
@on(events.DeviceAssigned)
@on(events.DeviceChanged)
@on(events.DeviceRetired)
def hear(event, at):
    HEARD.append(event)


@pytest.fixture
def heard(db, at):
    def so_far():
        HEARD.clear()
        outbox.deliver_due(at)
        return list(HEARD)

    return so_far


def test_a_life_is_told(cast, at, heard):
    ida = {"actor": cast.acting(cast.ida), "at": at}
    details = DeviceDetails.of(device_class="smartphone", platform="ios", asset_tag="T-1")
    device = actions.register(details=details, department_id=cast.water.id, **ida)
    key = device.id
    assert heard() == [events.DeviceRegistered(key)]
    actions.assign(device_id=key, holder_id=cast.ana.id, **ida)
    assert heard() == [events.DeviceAssigned(key, cast.ana.id), events.DeviceChanged(key)]
    actions.report_lost(device_id=key, **ida)
    assert heard() == [events.DeviceChanged(key)]
    actions.unassign(device_id=key, **ida)
    assert heard() == [events.DeviceAssigned(key, None), events.DeviceChanged(key)]
    actions.change_details(device_id=key, details=details.model_copy(update={"note": "x"}), **ida)
    assert heard() == [events.DeviceChanged(key)]
    let_go(device, cast.ida, at)
    actions.retire(device_id=key, **ida)
    assert heard() == [events.DeviceChanged(key), events.DeviceRetired(key)]


def test_an_import_tells_the_same(cast, at, heard):
    row = {"tag": "T-1", "class": "laptop", "platform": "macos", "holder": "1001"}
    row |= {"ownership": "personal"}  # the City's leave by disposal or a write-off alone
    take = {"kind": actions.Kind.DEVICES, "actor": cast.acting(cast.ida), "at": at}
    actions.import_equipment(content=make.csv_of(row), **take)
    (registered, assigned) = heard()
    key = registered.device_id
    assert (registered, assigned) == (
        events.DeviceRegistered(key),
        events.DeviceAssigned(key, cast.ana.id),
    )
    actions.import_equipment(content=make.csv_of({**row, "note": "x"}), **take)
    assert heard() == [events.DeviceChanged(key)]
    gone = {**row, "holder": "", "department": "WATER", "status": "retired"}
    actions.import_equipment(content=make.csv_of(gone), **take)
    assert heard() == [
        events.DeviceAssigned(key, None),
        events.DeviceChanged(key),
        events.DeviceRetired(key),
    ]
    actions.import_equipment(content=make.csv_of(gone), **take)
    assert heard() == []
