"""Registering, assigning, taking back and retiring devices."""

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.audit.queries import entries_about
from quartermaster.inventory import actions
from quartermaster.inventory.actions.devices import move
from quartermaster.inventory.errors import IdentifierTaken, NotAcknowledged
from quartermaster.inventory.models import Device, DeviceStatus
from quartermaster.inventory.rules import DEVICE, device_verbs
from quartermaster.inventory.rules.details import DeviceDetails
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.ids import new_id
from quartermaster.org.models import Coverage, Standing
from quartermaster.policy.actions.acknowledgements import acknowledge
from tests.factories import inventory as make
from tests.factories.custody import keep
from tests.factories.policy import adopted
from tests.factories.returns import let_go

PHONE = {"device_class": "smartphone", "platform": "ios"}


def details(**more):
    return DeviceDetails.of(**{**PHONE, **more})


@pytest.fixture
def ida(cast, at):
    return {"actor": cast.acting(cast.ida), "at": at}


def tags_about(thing):
    return [entry.tag for entry in entries_about(thing)]


@pytest.mark.clause("S-1")
def test_register_into_stock(cast, ida):
    made = actions.register(
        details=details(serial="f2l abc 123", imei=make.imei(7)),
        department_id=cast.water.id,
        model_id=make.DeviceModelFactory().id,
        **ida,
    )
    kept = Device.objects.get(id=made.id)
    assert (kept.serial, kept.imei, kept.status) == ("F2LABC123", make.imei(7), "in_stock")
    assert kept.asset_tag.startswith("QM-")
    assert tags_about(kept) == ["inventory.device.registered"]


def test_a_tag_is_made_up_that_nothing_has(cast, ida):
    first = actions.register(details=details(), department_id=cast.water.id, **ida)
    number = int(first.asset_tag.removeprefix("QM-"))
    make.DeviceFactory(asset_tag=f"QM-{number + 1:06}")
    make.AccessoryFactory(asset_tag=f"QM-{number + 2:06}")
    second = actions.register(details=details(), department_id=cast.water.id, **ida)
    assert second.asset_tag == f"QM-{number + 3:06}"


def test_a_device_that_was_changed_meanwhile_is_left_alone(cast, at):
    device = make.DeviceFactory()
    Device.objects.update(status="lost")
    keep(*Device.objects.all())
    with pytest.raises(Conflict, match="in the meantime"), act(cast.acting(cast.ida), at) as doing:
        move(device, "report lost", doing)
    assert not entries_about(device)


@pytest.mark.clause("S-3")
def test_an_excluded_department_may_register(cast, ida):
    from quartermaster.inventory.queries import enforced

    cast.library.coverage, cast.library.exclusion_reason = Coverage.EXCLUDED, "Own contracts"
    cast.library.save()
    excluded = actions.register(details=details(), department_id=cast.library.id, **ida)
    covered = actions.register(details=details(), department_id=cast.water.id, **ida)
    assert (enforced(excluded), enforced(covered)) == (False, True)


@pytest.mark.clause("G-1")
@pytest.mark.parametrize(
    "identifier",
    [
        {"serial": "F2LABC123"},
        {"imei": make.imei(1)},
        {"eid": make.eid(1)},
        {"wifi_mac": "a4:83:e7:00:11:22"},
        {"udid": "00008110-000A1D8E0E92801E"},
        {"meid": "AF0123450ABCDE"},
    ],
)
def test_a_personal_device_has_no_identifier(cast, ida, identifier):
    with pytest.raises(InvalidInput, match="keeps no serial number"):
        details(ownership="personal", **identifier)
    with pytest.raises(IntegrityError, match="inventory_personal_device_unidentified"):
        make.PersonalDeviceFactory(holder=cast.ana, **identifier)


@pytest.mark.clause("G-1")
def test_a_personal_device_comes_with_its_owner(cast, ida):
    with pytest.raises(InvalidInput, match="with its owner"):
        actions.register(details=details(ownership="personal"), department_id=cast.water.id, **ida)
    made = actions.register(details=details(ownership="personal"), holder_id=cast.ana.id, **ida)
    assert (made.holder, made.department, made.status) == (cast.ana, cast.water, "assigned")
    for verb in (actions.unassign, actions.assign):
        more = {"holder_id": cast.sue.id} if verb is actions.assign else {}
        with pytest.raises(Conflict, match="not for a personal device"):
            verb(device_id=made.id, **more, **ida)
    ended = actions.retire(device_id=made.id, **ida)
    assert (ended.status, ended.holder) == ("retired", None)


@pytest.mark.clause("S-2")
def test_nothing_is_handed_out_before_the_policy_is_acknowledged(cast, ida):
    version = adopted()
    device = make.DeviceFactory(department=cast.water)
    with pytest.raises(NotAcknowledged, match="Ana Reyes has not acknowledged"):
        actions.assign(device_id=device.id, holder_id=cast.ana.id, **ida)
    with pytest.raises(NotAcknowledged):
        actions.register(details=details(ownership="personal"), holder_id=cast.ana.id, **ida)
    acknowledge(
        version_id=version.id,
        text_digest=version.text_digest,
        actor=cast.acting(cast.ana),
        at=ida["at"],
    )
    held = actions.assign(device_id=device.id, holder_id=cast.ana.id, **ida)
    assert (held.holder, held.status) == (cast.ana, DeviceStatus.ASSIGNED)


@pytest.mark.clause("C-3")
def test_custody_from_stock_to_retirement(cast, ida):
    device = make.DeviceFactory(department=cast.library)
    actions.assign(device_id=device.id, holder_id=cast.ana.id, **ida)
    with pytest.raises(Conflict, match="“retire” is not possible while this device is assigned"):
        actions.retire(device_id=device.id, **ida)
    actions.report_lost(device_id=device.id, **ida)
    back = actions.hand_back(device_id=device.id, **ida)
    assert (back.status, back.holder, back.department) == ("assigned", cast.ana, cast.water)
    actions.send_to_repair(device_id=device.id, **ida)
    free = actions.unassign(device_id=device.id, **ida)
    assert (free.status, free.holder) == ("in_stock", None)
    let_go(device, cast.ida, ida["at"])
    actions.retire(device_id=device.id, **ida)
    moves = [e.data["verb"] for e in entries_about(device)][::-1]
    assert moves == ["assign", "report lost", "hand back", "repair", "take back", "retire"]
    assert entries_about(device).last().data == {
        "verb": "assign",
        "status": ["in_stock", "assigned"],
        "holder": [None, str(cast.ana.id)],
        "department": str(cast.water.id),
    }


def test_a_device_lost_from_stock_goes_back_to_stock_only(cast, ida):
    device = make.DeviceFactory(department=cast.water)
    actions.report_lost(device_id=device.id, **ida)
    with pytest.raises(Conflict, match="Nobody held"):
        actions.hand_back(device_id=device.id, **ida)
    assert actions.unassign(device_id=device.id, **ida).status == "in_stock"


def test_who_has_left_holds_nothing(cast, ida):
    cast.ana.standing, cast.ana.separated_on = Standing.SEPARATED, ida["at"].date()
    cast.ana.save()
    device = make.DeviceFactory(department=cast.water)
    with pytest.raises(Conflict, match="has left the City's service"):
        actions.assign(device_id=device.id, holder_id=cast.ana.id, **ida)


def test_a_sim_comes_out_before_a_device_is_retired(cast, ida):
    device = make.DeviceFactory(department=cast.water)
    make.SimFactory(device=device)
    with pytest.raises(Conflict, match="Take it out first"):
        actions.retire(device_id=device.id, **ida)


@pytest.mark.parametrize(
    ("has", "claims", "named"),
    [
        ({"serial": "F2LABC123"}, {"serial": "F2LABC123"}, "serial number F2LABC123"),
        ({"imei": make.imei(1)}, {"imei": make.imei(1)}, "IMEI"),
        (
            {"imei": make.imei(1), "imei2": make.imei(2)},
            {"imei": make.imei(2), "imei2": make.imei(1)},
            "IMEI",
        ),
        ({"eid": make.eid(3)}, {"eid": make.eid(3)}, "EID"),
    ],
)
def test_an_identifier_belongs_to_one_device(cast, ida, has, claims, named):
    first = make.DeviceFactory(asset_tag="FIRST", **{"imei": "", "serial": "", **has})
    with pytest.raises(IdentifierTaken, match=f"{named}.*is that of FIRST already"):
        actions.register(details=details(**claims), department_id=cast.water.id, **ida)
    with transaction.atomic(), pytest.raises(IntegrityError), transaction.atomic():
        make.DeviceFactory(**{"imei": "", "serial": "", **claims})
    second = make.DeviceFactory()
    with pytest.raises(IdentifierTaken):
        actions.change_details(device_id=second.id, details=details(**claims), **ida)
    assert Device.objects.count() == 2
    assert first.identifiers == has


def test_an_asset_tag_is_one_things(cast, ida):
    make.AccessoryFactory(asset_tag="KIT-1")
    with pytest.raises(IdentifierTaken, match="KIT-1 is in use already"):
        actions.register(details=details(asset_tag="kit-1"), department_id=cast.water.id, **ida)


def test_a_model_fits_its_device(cast, ida):
    model = make.DeviceModelFactory(device_class="tablet", platform="ipados", name="iPad 99")
    with pytest.raises(InvalidInput, match="The Apple iPad 99 is a tablet"):
        actions.register(details=details(), department_id=cast.water.id, model_id=model.id, **ida)


@pytest.mark.parametrize(
    ("given_details", "message"),
    [
        ({"device_class": "hotspot"}, "A mobile hot-spot does not run iOS"),
        ({"platform": "macos"}, "A smartphone does not run macOS"),
        ({"imei": make.imei(1), "imei2": make.imei(1)}, "The two IMEIs are the same"),
        ({"imei2": make.imei(1)}, "without the first"),
        ({"imei": "1"}, "has 1 digits where an IMEI has 15"),
        ({"asset_tag": "no spaces"}, "must be an asset tag"),
    ],
)
def test_details_are_sound(given_details, message):
    with pytest.raises(InvalidInput, match=message):
        details(**given_details)


def test_change_details_writes_before_and_after(cast, ida):
    device = make.DeviceFactory(department=cast.water, serial="OLD1", imei="")
    same = details(asset_tag=device.asset_tag, serial="OLD1")
    actions.change_details(device_id=device.id, details=same, **ida)
    assert tags_about(device) == []
    after = details(asset_tag=device.asset_tag, serial="NEW1")
    actions.change_details(device_id=device.id, details=after, **ida)
    assert entries_about(device).get().data == {
        "before": {"serial": "OLD1"},
        "after": {"serial": "NEW1"},
    }
    with pytest.raises(Conflict, match="does not change its owner"):
        actions.change_details(device_id=device.id, details=details(ownership="personal"), **ida)
    let_go(device, cast.ida, ida["at"])
    actions.retire(device_id=device.id, **ida)
    with pytest.raises(Conflict, match="is retired"):
        actions.change_details(device_id=device.id, details=same, **ida)


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_only_administrators_change_equipment(cast, at, who):
    other = {"actor": cast.acting(getattr(cast, who)), "at": at}
    device = make.DeviceFactory(department=cast.water, holder=cast.ana)
    for verb in ("unassign", "report_lost", "send_to_repair", "hand_back", "retire"):
        with pytest.raises(Refused):
            getattr(actions, verb)(device_id=device.id, **other)
    with pytest.raises(Refused):
        actions.assign(device_id=device.id, holder_id=cast.ana.id, **other)
    with pytest.raises(Refused):
        actions.register(details=details(), department_id=cast.water.id, **other)
    with pytest.raises(Refused):
        actions.change_details(device_id=device.id, details=details(), **other)


def test_what_is_not_there_is_not_found(cast, ida):
    with pytest.raises(NotFound, match="no such device"):
        actions.unassign(device_id=new_id(), **ida)
    with pytest.raises(NotFound, match="no such department"):
        actions.register(details=details(), department_id=new_id(), **ida)


@given(st.lists(st.sampled_from(sorted(DEVICE.transitions)), max_size=12))
def test_no_way_through_the_machine_leaves_its_table(verbs):
    state = DEVICE.initial
    for verb in verbs:
        if state in DEVICE.transitions[verb].sources:
            state = DEVICE.target(verb, state)
        else:
            with pytest.raises(Conflict):
                DEVICE.target(verb, state)
    assert state in set(DeviceStatus)
    assert (state == DeviceStatus.RETIRED) == (not DEVICE.verbs_from(state))


def test_verbs_for_whose_device():
    assert DEVICE.reachable() == set(DeviceStatus)
    assert device_verbs("lost", personal=False, held=True) == ("take back", "hand back", "retire")
    assert device_verbs("lost", personal=False, held=False) == ("take back", "retire")
    assert device_verbs("lost", personal=True, held=True) == ("hand back", "end registration")
