"""Making things ready: what may be, for whom, and that it is kept for one person alone."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from quartermaster.inventory import actions as inventory
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.ids import new_id
from quartermaster.lifecycle.actions import handovers
from quartermaster.lifecycle.actions.handovers import Given
from quartermaster.lifecycle.errors import DepartmentExcluded, KeptForAnother
from quartermaster.lifecycle.models import Handover, HandoverItem
from quartermaster.lifecycle.queries import handovers as queries
from quartermaster.lifecycle.rules.handovers import Condition
from quartermaster.mdm import intended
from quartermaster.notify.models import Message
from tests.factories import handovers as make
from tests.factories import policy
from tests.factories.inventory import (
    AccessoryFactory,
    DeviceFactory,
    HotspotFactory,
    PersonalDeviceFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(cast):
    return DeviceFactory(department=cast.itmd, asset_tag="CITY-1")


def test_things_stay_in_stock_and_are_kept_for_one_person(cast, at, phone):
    kit = AccessoryFactory(department=cast.itmd)
    made = make.prepared(cast.ana, at, phone, kit, note="For the new route")
    phone.refresh_from_db()
    kit.refresh_from_db()
    assert (phone.status, phone.holder, kit.holder) == ("in_stock", None, None)
    assert (made.state, made.number[:2], made.note) == ("prepared", "H-", "For the new route")
    assert made.expires_at == at + timedelta(days=14)
    assert {item.thing for item in made.items.all()} == {phone, kit}
    with pytest.raises(KeptForAnother):
        make.prepared(cast.sue, at, phone)
    with pytest.raises(KeptForAnother):
        make.prepared(cast.sue, at, kit)


def test_the_holder_is_told_what_is_ready_and_what_to_read_first(cast, at, phone):
    policy.adopted()
    make.prepared(cast.ana, at, phone)
    told = Message.objects.get()
    assert (told.recipient, "CITY-1" in told.text) == (cast.ana.email, True)
    assert "/policy/acknowledge/" in told.text


def test_the_device_is_enrolled_for_whom_it_is_meant(cast, at, phone):
    assert intended.intended_holder(phone) is None
    made = make.prepared(cast.ana, at, phone)
    assert intended.intended_holder(phone) == cast.ana
    handovers.cancel_handover(handover_id=made.id, reason="Not needed", actor=make.HOUSE, at=at)
    assert intended.intended_holder(phone) is None


@pytest.mark.clause("S-3")
def test_nothing_is_made_ready_for_an_excluded_department(cast, at, phone):
    cast.water.coverage, cast.water.exclusion_reason = "excluded", "Own vendor contract"
    cast.water.save()
    with pytest.raises(DepartmentExcluded):
        make.prepared(cast.ana, at, phone)


@pytest.mark.clause("C-4")
def test_nothing_is_made_ready_for_somebody_who_left(cast, at, phone):
    cast.ana.standing, cast.ana.separated_on = "separated", at.date()
    cast.ana.save()
    with pytest.raises(Conflict, match="has left"):
        make.prepared(cast.ana, at, phone)


def test_only_what_is_the_citys_and_in_stock_is_made_ready(cast, at):
    held, own = DeviceFactory(holder=cast.sue), PersonalDeviceFactory(holder=cast.ana)
    gone = AccessoryFactory(department=cast.itmd, retired=True)
    for thing, said in ((held, "not in stock"), (own, "personal"), (gone, "not in stock")):
        with pytest.raises(Conflict, match=said):
            make.prepared(cast.ana, at, thing)
    assert not Handover.objects.exists()


def test_several_things_at_once_each_once_and_not_too_many(cast, at, phone):
    ask = {"holder_id": cast.ana.id, "actor": make.HOUSE, "at": at}
    for things in (
        [],
        [Given(device_id=phone.id)] * 2,
        [Given(device_id=new_id()) for _ in range(41)],
    ):
        with pytest.raises(InvalidInput):
            handovers.prepare_handover(things=things, **ask)
    for missing in (Given(device_id=new_id()), Given(accessory_id=new_id())):
        with pytest.raises(NotFound):
            handovers.prepare_handover(things=[missing], **ask)
    with pytest.raises(NotFound):
        handovers.prepare_handover(**{**ask, "holder_id": new_id()}, things=[Given(phone.id)])
    assert make.prepared(cast.ana, at, phone, HotspotFactory()).items.count() == 2


def test_things_are_named_by_what_is_on_them(cast, at, phone):
    ida = cast.acting(cast.ida)
    kit = AccessoryFactory(department=cast.itmd, asset_tag="A-77")
    found = handovers.things_named(f" {phone.serial} \n\na-77; scratched lid\n", ida)
    assert found == [
        Given(device_id=phone.id),
        Given(accessory_id=kit.id, note="scratched lid"),
    ]
    with pytest.raises(InvalidInput, match="Nothing goes by “nonsense”"):
        handovers.things_named("nonsense", ida)
    with pytest.raises(InvalidInput, match="At most 40"):
        handovers.things_named("x\n" * 41, ida)


def test_only_itmd_makes_ready_and_never_for_themselves(cast, at, phone):
    for person in (cast.ana, cast.cole, cast.sue, cast.rex):
        with pytest.raises(Refused):
            make.prepared(cast.ana, at, phone, actor=cast.acting(person))
    with pytest.raises(Refused, match="another person"):
        make.prepared(cast.ida, at, phone, actor=cast.acting(cast.ida))
    assert make.prepared(cast.ana, at, phone, actor=cast.acting(cast.ida)).prepared_by == (
        "Ida Lindqvist"
    )


def test_each_sees_the_handouts_that_concern_them(cast, at, phone):
    make.prepared(cast.ana, at, phone)
    seen = {
        person.given_name: queries.handovers_visible_to(cast.acting(person)).count()
        for person in (cast.ana, cast.cole, cast.sue, cast.ida, cast.rex)
    }
    assert seen == {"Ana": 1, "Cole": 1, "Sue": 1, "Ida": 1, "Rex": 0}
    with pytest.raises(NotFound):
        queries.handover_seen_by(cast.acting(cast.rex), Handover.objects.get().id)


def test_the_condition_is_described_until_it_is_signed(cast, at, phone):
    made = make.prepared(cast.ana, at, phone)
    item, ida = made.items.get(), {"actor": cast.acting(cast.ida), "at": at}
    handovers.describe_item(item_id=item.id, condition=Condition.WORN, note=" Small  dent ", **ida)
    item.refresh_from_db()
    assert (item.condition, item.condition_note) == ("worn", "Small dent")
    make.signed(made, at, replies={item.id: handovers.Reply(accepted=False, reason="A dent")})
    with pytest.raises(Conflict):
        handovers.describe_item(item_id=item.id, condition=Condition.GOOD, note="", **ida)
    with pytest.raises(NotFound):
        handovers.describe_item(item_id=new_id(), condition=Condition.GOOD, note="", **ida)
    with pytest.raises(InvalidInput):
        second = make.prepared(cast.ana, at, DeviceFactory(department=cast.itmd)).items.get()
        handovers.describe_item(item_id=second.id, condition=Condition.GOOD, note="x" * 301, **ida)


def test_the_database_keeps_a_thing_for_one_person(cast, at, phone):
    make.prepared(cast.ana, at, phone)
    other = make.prepared(cast.sue, at, DeviceFactory(department=cast.itmd))
    with pytest.raises(IntegrityError), transaction.atomic():
        HandoverItem.objects.create(handover=other, device=phone, condition="good")


@pytest.mark.clause("C-3")
def test_what_was_before_the_house_is_entered_as_found_with_a_reason(cast, at, phone):
    kit = AccessoryFactory(department=cast.itmd)
    ida = {"actor": cast.acting(cast.ida), "at": at}
    with pytest.raises(InvalidInput):
        handovers.device_as_found(device_id=phone.id, holder_id=cast.ana.id, reason=" ", **ida)
    why = "In the old spreadsheet, and seen with her"
    device = handovers.device_as_found(device_id=phone.id, holder_id=cast.ana.id, reason=why, **ida)
    accessory = handovers.accessory_as_found(
        accessory_id=kit.id, holder_id=cast.ana.id, reason=why, **ida
    )
    assert (device.holder, accessory.holder) == (cast.ana, cast.ana)


def test_as_found_is_for_administrators_and_for_nobody_themselves(cast, at, phone):
    ask = {"device_id": phone.id, "reason": "Seen", "at": at}
    for person in (cast.ana, cast.cole, cast.rex):
        with pytest.raises(Refused):
            handovers.device_as_found(holder_id=cast.ana.id, actor=cast.acting(person), **ask)
    with pytest.raises(Refused):
        handovers.device_as_found(holder_id=cast.ida.id, actor=cast.acting(cast.ida), **ask)
    make.prepared(cast.sue, at, phone)
    with pytest.raises(KeptForAnother):
        handovers.device_as_found(holder_id=cast.ana.id, actor=cast.acting(cast.ida), **ask)


@pytest.mark.clause("C-3")
def test_what_is_made_ready_for_one_is_given_to_nobody_else(cast, at):
    device = DeviceFactory(department=cast.itmd, platform="android")
    prepared = make.prepared(cast.ana, at, device)
    with pytest.raises(KeptForAnother, match="made ready for Ana Reyes"):
        inventory.assign(
            device_id=device.id, holder_id=cast.sue.id, actor=cast.acting(cast.ida), at=at
        )
    assert make.signed(prepared, at).state == "signed"
