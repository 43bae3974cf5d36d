"""Lines outlive their SIMs and devices; SIMs and accessories change hands by verbs."""

import pytest
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.audit.queries import entries_about
from quartermaster.inventory import actions
from quartermaster.inventory.actions.lines import step
from quartermaster.inventory.errors import IdentifierTaken, NotAcknowledged
from quartermaster.inventory.models import Line, LineStatus
from quartermaster.inventory.rules import LINE
from quartermaster.inventory.rules.details import (
    AccessoryDetails,
    LineDetails,
    ModelDetails,
    SimDetails,
)
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.ids import new_id
from tests.factories import inventory as make
from tests.factories.custody import keep
from tests.factories.policy import adopted

NUMBER = "(414) 286-3800"


@pytest.fixture
def ida(cast, at):
    return {"actor": cast.acting(cast.ida), "at": at}


def line_details(**more):
    return LineDetails.of(**{"number": NUMBER, "carrier": make.CARRIER, **more})


def sim_details(number, **more):
    return SimDetails.of(**{"iccid": make.iccid(number), "carrier": make.CARRIER, **more})


def data_of(thing, tag):
    return entries_about(thing).filter(tag=tag).first().data


@pytest.mark.clause("G-12")
def test_a_line_is_ordered_and_lives(cast, ida, at):
    line = actions.add_line(details=line_details(), department_id=cast.water.id, **ida)
    assert (line.number, line.status) == ("+14142863800", "ordered")
    for verb, status in [
        ("activate", "active"),
        ("suspend", "suspended"),
        ("restore", "active"),
        ("cancel", "cancelled"),
    ]:
        assert actions.move_line(line_id=line.id, verb=verb, **ida).status == status
    kept = Line.objects.get()
    assert (kept.status, kept.activated_on) == ("cancelled", at.date())
    assert data_of(line, "inventory.line.moved") == {
        "verb": "cancel",
        "status": ["active", "cancelled"],
    }
    with pytest.raises(Conflict, match="not possible while this line is cancelled"):
        actions.move_line(line_id=line.id, verb="activate", **ida)
    with pytest.raises(Conflict, match="no verb"):
        actions.move_line(line_id=line.id, verb="explode", **ida)
    for verb in (actions.change_line, actions.assign_line):
        more = {"details": line_details()} if verb is actions.change_line else {"holder_id": None}
        with pytest.raises(Conflict, match="has ended"):
            verb(line_id=line.id, **more, **ida)


def test_a_number_is_one_live_lines(cast, ida):
    first = actions.add_line(details=line_details(), department_id=cast.water.id, **ida)
    with pytest.raises(IdentifierTaken, match="The number is that of"):
        actions.add_line(details=line_details(), department_id=cast.water.id, **ida)
    other = make.LineFactory()
    with pytest.raises(IdentifierTaken):
        actions.change_line(line_id=other.id, details=line_details(), **ida)
    actions.move_line(line_id=first.id, verb="cancel", **ida)
    again = actions.add_line(details=line_details(), department_id=cast.water.id, **ida)
    assert again.id != first.id


def test_change_line_writes_before_and_after(cast, ida):
    line = make.LineFactory(number="+14142863800", plan="5 GB")
    actions.change_line(line_id=line.id, details=line_details(plan="5 GB"), **ida)
    assert not entries_about(line)
    actions.change_line(line_id=line.id, details=line_details(plan="10 GB"), **ida)
    assert data_of(line, "inventory.line.changed") == {
        "before": {"plan": "5 GB"},
        "after": {"plan": "10 GB"},
    }


@pytest.mark.clause("S-2")
def test_no_line_and_no_kit_before_the_policy_is_acknowledged(cast, ida):
    adopted()
    line, kit = make.LineFactory(), make.AccessoryFactory()
    with pytest.raises(NotAcknowledged):
        actions.assign_line(line_id=line.id, holder_id=cast.ana.id, **ida)
    with pytest.raises(NotAcknowledged):
        actions.assign_accessory(accessory_id=kit.id, holder_id=cast.ana.id, **ida)
    with pytest.raises(NotAcknowledged):
        actions.add_line(
            details=line_details(), department_id=cast.water.id, holder_id=cast.ana.id, **ida
        )


def test_a_line_goes_to_a_person_and_back_to_the_department(cast, ida):
    line = make.LineFactory(department=cast.library)
    held = actions.assign_line(line_id=line.id, holder_id=cast.ana.id, **ida)
    assert (held.holder, held.department) == (cast.ana, cast.water)
    free = actions.assign_line(line_id=line.id, holder_id=None, **ida)
    assert (free.holder, free.department) == (None, cast.water)
    assert data_of(line, "inventory.line.assigned")["holder"] == [str(cast.ana.id), None]


def test_a_sim_swap_keeps_the_line_and_the_device(cast, ida):
    line, phone = make.LineFactory(), make.DeviceFactory()
    old = actions.add_sim(details=sim_details(1), line_id=line.id, device_id=phone.id, **ida)
    new = actions.add_sim(details=sim_details(2), **ida)
    swapped = actions.swap_sim(line_id=line.id, sim_id=new.id, **ida)
    old.refresh_from_db()
    assert (swapped.line, swapped.device) == (line, phone)
    assert (old.retired, old.device, old.line) == (True, None, line)
    assert data_of(new, "inventory.sim.swapped") == {
        "line": str(line.id),
        "before": make.iccid(1),
        "after": make.iccid(2),
    }
    with pytest.raises(Conflict, match="in use or retired"):
        actions.swap_sim(line_id=line.id, sim_id=new.id, **ida)


def test_a_line_without_a_sim_gets_its_first(cast, ida):
    line, card = make.LineFactory(), make.SimFactory()
    actions.swap_sim(line_id=line.id, sim_id=card.id, **ida)
    assert data_of(card, "inventory.sim.swapped")["before"] is None
    assert line.sims.get() == card


def test_a_line_that_was_changed_meanwhile_is_left_alone(cast, at):
    line = make.LineFactory()
    Line.objects.update(status="suspended")
    keep(*Line.objects.all())
    with pytest.raises(Conflict, match="in the meantime"), act(cast.acting(cast.ida), at) as doing:
        step(line, "suspend", doing)
    assert not entries_about(line)


def test_a_line_has_one_sim(cast, ida):
    line = make.LineFactory()
    make.SimFactory(line=line)
    with pytest.raises(Conflict, match="Swap it instead"):
        actions.add_sim(details=sim_details(1), line_id=line.id, **ida)
    with pytest.raises(IntegrityError, match="inventory_line_has_one_sim"):
        make.SimFactory(line=line)


def test_a_sim_is_in_one_device(cast, ida):
    sim = make.SimFactory()
    first, second = make.DeviceFactory(), make.DeviceFactory()
    actions.put_sim(sim_id=sim.id, device_id=first.id, **ida)
    actions.put_sim(sim_id=sim.id, device_id=second.id, **ida)
    assert (first.sims.count(), second.sims.count()) == (0, 1)
    actions.put_sim(sim_id=sim.id, device_id=None, **ida)
    assert data_of(sim, "inventory.sim.moved") == {"device": [str(second.id), None]}
    actions.retire_sim(sim_id=sim.id, **ida)
    assert actions.retire_sim(sim_id=sim.id, **ida).retired
    with pytest.raises(Conflict, match="is retired"):
        actions.put_sim(sim_id=sim.id, device_id=first.id, **ida)


@pytest.mark.clause("G-2")
def test_where_a_sim_does_not_belong(cast, ida):
    chip = make.eid(1)
    personal = make.PersonalDeviceFactory(holder=cast.ana)
    retired = make.DeviceFactory(status="retired")
    other_chip = make.DeviceFactory(eid=make.eid(2))
    ended = make.LineFactory(status="cancelled")
    elsewhere = make.LineFactory(carrier="Other Mobile")
    for place, message in [
        ({"device_id": personal.id}, "personal device"),
        ({"device_id": retired.id}, "is retired"),
        ({"device_id": other_chip.id}, "another chip"),
        ({"line_id": ended.id}, "has ended"),
        ({"line_id": elsewhere.id}, "of Other Mobile"),
    ]:
        with pytest.raises(Conflict, match=message):
            actions.add_sim(details=sim_details(1, embedded=True, eid=chip), **place, **ida)
    with pytest.raises(InvalidInput, match="a card has none"):
        sim_details(1, eid=chip)
    make.SimFactory(iccid=make.iccid(1))
    with pytest.raises(IdentifierTaken, match="ICCID"):
        actions.add_sim(details=sim_details(1), **ida)


@pytest.mark.clause("G-11")
def test_a_line_that_ends_gives_up_its_sim(cast, ida):
    line, phone = make.LineFactory(), make.DeviceFactory()
    sim = make.SimFactory(line=line, device=phone)
    actions.move_line(line_id=line.id, verb="port out", **ida)
    sim.refresh_from_db()
    assert (sim.retired, sim.device, sim.line) == (True, None, line)


@pytest.mark.clause("G-6")
def test_an_accessory_is_issued_like_a_device(cast, ida):
    details = AccessoryDetails.of(kind="hands_free", name="Car kit")
    kit = actions.add_accessory(details=details, department_id=cast.library.id, **ida)
    assert kit.asset_tag.startswith("QM-")
    held = actions.assign_accessory(accessory_id=kit.id, holder_id=cast.ana.id, **ida)
    assert (held.holder, held.department) == (cast.ana, cast.water)
    with pytest.raises(Conflict, match="is not in stock"):
        actions.assign_accessory(accessory_id=kit.id, holder_id=cast.sue.id, **ida)
    with pytest.raises(Conflict, match="is with somebody"):
        actions.retire_accessory(accessory_id=kit.id, **ida)
    actions.unassign_accessory(accessory_id=kit.id, **ida)
    with pytest.raises(Conflict, match="is with nobody"):
        actions.unassign_accessory(accessory_id=kit.id, **ida)
    assert actions.retire_accessory(accessory_id=kit.id, **ida).retired
    holders = [e.data["holder"] for e in entries_about(kit) if "holder" in e.data]
    assert holders == [[str(cast.ana.id), None], [None, str(cast.ana.id)]]
    make.DeviceFactory(asset_tag="QM-9")
    with pytest.raises(IdentifierTaken):
        taken = AccessoryDetails.of(kind="case", name="Case", asset_tag="qm-9")
        actions.add_accessory(details=taken, department_id=cast.water.id, **ida)


@pytest.mark.clause("G-11")
def test_models_name_what_a_replacement_must_match(cast, ida):
    plain = {"manufacturer": "Apple", "device_class": "smartphone", "platform": "ios"}
    details = ModelDetails.of(
        **plain, name="iPhone 99", identifier="iPhone99,1", capabilities=("esim", "5g")
    )
    assert actions.add_model(details=details, **ida).capabilities == ["5G", "eSIM"]
    with pytest.raises(IdentifierTaken, match="there already"):
        actions.add_model(details=ModelDetails.of(**plain, name="iphone 99"), **ida)
    with pytest.raises(IdentifierTaken, match="model identifier"):
        twin = ModelDetails.of(**plain, name="iPhone 98", identifier="IPHONE99,1")
        actions.add_model(details=twin, **ida)
    with pytest.raises(InvalidInput, match="does not know “warp”"):
        ModelDetails.of(**plain, name="X", capabilities=("warp",))
    with pytest.raises(InvalidInput, match="does not run"):
        ModelDetails.of(**{**plain, "platform": "windows"}, name="X")


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_only_administrators_change_lines_and_accessories(cast, at, who):
    other = {"actor": cast.acting(getattr(cast, who)), "at": at}
    line, sim, kit = make.LineFactory(), make.SimFactory(), make.AccessoryFactory()
    here = {"department_id": cast.water.id}
    for verb, more in [
        (actions.add_line, {"details": line_details(), **here}),
        (actions.change_line, {"line_id": line.id, "details": line_details()}),
        (actions.assign_line, {"line_id": line.id, "holder_id": cast.ana.id}),
        (actions.move_line, {"line_id": line.id, "verb": "suspend"}),
        (actions.add_sim, {"details": sim_details(1)}),
        (actions.swap_sim, {"line_id": line.id, "sim_id": sim.id}),
        (actions.put_sim, {"sim_id": sim.id, "device_id": None}),
        (actions.retire_sim, {"sim_id": sim.id}),
        (actions.assign_accessory, {"accessory_id": kit.id, "holder_id": cast.ana.id}),
        (actions.unassign_accessory, {"accessory_id": kit.id}),
        (actions.retire_accessory, {"accessory_id": kit.id}),
    ]:
        with pytest.raises(Refused):
            verb(**more, **other)


def test_what_is_not_there_is_not_found(ida):
    for verb, more in [
        (actions.move_line, {"line_id": new_id(), "verb": "suspend"}),
        (actions.retire_sim, {"sim_id": new_id()}),
        (actions.retire_accessory, {"accessory_id": new_id()}),
    ]:
        with pytest.raises(NotFound):
            verb(**more, **ida)


@given(st.lists(st.sampled_from(sorted(LINE.transitions)), max_size=12))
def test_no_way_through_the_machine_leaves_its_table(verbs):
    state = LINE.initial
    for verb in verbs:
        if state in LINE.transitions[verb].sources:
            state = LINE.target(verb, state)
    assert state in set(LineStatus)
    assert (state in {"cancelled", "ported"}) == (state in LINE.terminal)
