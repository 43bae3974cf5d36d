"""Each verb of the room writes who has the thing, and why."""

from datetime import timedelta

import pytest

from quartermaster.inventory import actions
from quartermaster.inventory.actions import Cause, Kind, import_equipment
from quartermaster.inventory.actions.own import register_own
from quartermaster.inventory.custody import at_instant
from quartermaster.inventory.models import CustodyPeriod
from quartermaster.inventory.rules.details import (
    AccessoryDetails,
    DeviceDetails,
    LineDetails,
    SimDetails,
)
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.ids import new_id
from tests.factories import inventory as make
from tests.factories.inventory import csv_of
from tests.factories.returns import let_go

MINUTE = timedelta(minutes=1)


@pytest.fixture
def ida(cast):
    return cast.acting(cast.ida)


def story(thing):
    rows = CustodyPeriod.objects.filter(thing_id=thing.id).order_by("position")
    return [(row.verb, row.custodian, row.person and row.person.given_name) for row in rows]


@pytest.mark.clause("C-3", "G-11")
def test_the_life_of_a_device(cast, ida, at):
    details = DeviceDetails.of(device_class="smartphone", platform="ios")
    device = actions.register(details=details, department_id=cast.water.id, actor=ida, at=at)
    key = {"device_id": device.id, "actor": ida}
    actions.assign(**key, holder_id=cast.ana.id, at=at + MINUTE)
    actions.report_lost(**key, at=at + 2 * MINUTE)
    actions.hand_back(**key, at=at + 3 * MINUTE)
    actions.send_to_repair(**key, at=at + 4 * MINUTE)
    actions.unassign(**key, at=at + 5 * MINUTE)
    actions.change_details(
        device_id=device.id, details=details, department_id=cast.library.id, actor=ida, at=at + HOUR
    )
    let_go(device, cast.ida, at)
    actions.retire(**key, at=at + HOUR)
    assert story(device) == [
        ("register", "stock", None),
        ("assign", "person", "Ana"),
        ("report lost", "lost", "Ana"),
        ("hand back", "person", "Ana"),
        ("repair", "repair", "Ana"),
        ("take back", "stock", None),
        ("correct", "stock", None),
        ("retire", "disposed", None),
    ]


HOUR = timedelta(hours=1)


def test_who_had_it_at_an_instant_is_one(cast, ida, at):
    device = make.HotspotFactory(department=cast.water)
    key = {"device_id": device.id, "actor": ida, "at": at}
    actions.assign(**key, holder_id=cast.ana.id)
    actions.unassign(**key)
    actions.assign(**key, holder_id=cast.sue.id)
    assert story(device)[1:] == [
        ("assign", "person", "Ana"),
        ("take back", "stock", None),
        ("assign", "person", "Sue"),
    ]
    rows = CustodyPeriod.objects.filter(thing_id=device.id)
    assert [row.person for row in rows.filter(at_instant(at))] == [cast.sue]
    assert [row.person for row in rows.filter(at_instant(at - MINUTE))] == [None]


def test_a_line_its_sim_and_an_accessory(cast, ida, at):
    given = {"actor": ida, "at": at}
    line = actions.add_line(
        details=LineDetails.of(number="+14142863800", carrier="Lakeside Wireless"),
        department_id=cast.water.id,
        **given,
    )
    sim = actions.add_sim(
        details=SimDetails.of(iccid=make.iccid(1), carrier="Lakeside Wireless"), **given
    )
    device = make.DeviceFactory()
    actions.swap_sim(line_id=line.id, sim_id=sim.id, **given)
    actions.put_sim(sim_id=sim.id, device_id=device.id, **given)
    actions.put_sim(sim_id=sim.id, device_id=None, **given)
    actions.move_line(line_id=line.id, verb="activate", **given)
    actions.assign_line(line_id=line.id, holder_id=cast.ana.id, **given)
    actions.assign_line(line_id=line.id, holder_id=None, **given)
    actions.move_line(line_id=line.id, verb="cancel", **given)
    assert story(line) == [
        ("order", "carrier", None),
        ("activate", "department", None),
        ("assign", "person", "Ana"),
        ("take back", "department", None),
        ("cancel", "disposed", None),
    ]
    assert story(sim) == [
        ("enter", "stock", None),
        ("swap", "line", None),
        ("put in", "device", None),
        ("take out", "line", None),
        ("retire", "disposed", None),
    ]
    kit = actions.add_accessory(
        details=AccessoryDetails.of(kind="hands_free", name="Kit"),
        department_id=cast.water.id,
        **given,
    )
    actions.assign_accessory(accessory_id=kit.id, holder_id=cast.ana.id, **given)
    actions.unassign_accessory(accessory_id=kit.id, **given)
    actions.retire_accessory(accessory_id=kit.id, **given)
    assert story(kit) == [
        ("enter", "stock", None),
        ("assign", "person", "Ana"),
        ("take back", "stock", None),
        ("retire", "disposed", None),
    ]


def test_a_move_carries_its_reason_and_its_cause(cast, ida, at):
    device, loan = make.DeviceFactory(department=cast.water), new_id()
    cause = Cause("Lent for the election.", "lifecycle.loan", loan)
    actions.assign(device_id=device.id, holder_id=cast.ana.id, cause=cause, actor=ida, at=at)
    row = CustodyPeriod.objects.get(thing_id=device.id, until=None)
    told = (row.reason, row.cause_kind, row.cause_id, row.by_person)
    assert told == ("Lent for the election.", "lifecycle.loan", loan, cast.ida)
    half = Cause("", "lifecycle.loan")
    with pytest.raises(InvalidInput):
        actions.unassign(device_id=device.id, cause=half, actor=ida, at=at)


def test_a_move_is_never_before_the_last_one(cast, ida, at):
    device = make.DeviceFactory(department=cast.water)
    actions.assign(device_id=device.id, holder_id=cast.ana.id, actor=ida, at=at)
    with pytest.raises(Conflict, match="cannot lie before that"):
        actions.unassign(device_id=device.id, actor=ida, at=at - HOUR)
    # another machine's clock may be a little behind
    actions.unassign(device_id=device.id, actor=ida, at=at - MINUTE / 2)
    assert [row.since for row in device.custody.filter(position__gt=1)] == [at, at]


def test_what_only_looks_like_a_move_is_none(cast, ida, at):
    line = make.LineFactory(department=cast.water)
    actions.assign_line(line_id=line.id, holder_id=None, actor=ida, at=at)
    actions.move_line(line_id=line.id, verb="suspend", actor=ida, at=at)
    assert story(line) == [("test", "department", None)]


def test_a_personal_device_is_with_its_owner(cast, at):
    device = register_own(
        device_class="smartphone", platform="ios", actor=cast.acting(cast.ana), at=at
    )
    assert story(device) == [("register", "person", "Ana")]


def test_imports_keep_custody(cast, ida, at):
    row = {"asset_tag": "QM-1", "device_class": "smartphone", "platform": "ios"}
    free = {**row, "department": "WATER", "status": "in_stock", "holder": ""}
    held = {**free, "status": "assigned", "holder": cast.ana.number}
    for number, file in enumerate((free, held, free)):
        import_equipment(
            kind=Kind.DEVICES, content=csv_of(file), actor=ida, at=at + number * MINUTE
        )
    line = {"number": "+1 414 286 0001", "carrier": "X", "department": "WATER"}
    for number, status in enumerate(("ordered", "active", "cancelled")):
        import_equipment(
            kind=Kind.LINES,
            content=csv_of({**line, "status": status}),
            actor=ida,
            at=at + number * MINUTE,
        )
    told = CustodyPeriod.objects.order_by("since", "position")
    devices = [(p.verb, p.custodian, p.person) for p in told.exclude(device=None)]
    assert devices == [
        ("import", "stock", None),
        ("import", "person", cast.ana),
        ("import", "stock", None),
    ]
    lines = [p.custodian for p in told.exclude(line=None)]
    assert lines == ["carrier", "department", "disposed"]
