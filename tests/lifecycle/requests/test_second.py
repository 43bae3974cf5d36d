"""A second cellular device takes an authorisation on record, on every path there is."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.inventory import actions as inventory
from quartermaster.inventory.actions.imports import Kind, import_equipment
from quartermaster.inventory.models import Device, DeviceClass
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.permits import system
from quartermaster.lifecycle import schedule
from quartermaster.lifecycle.actions import requests
from quartermaster.lifecycle.actions.second import authorise_second, end_second
from quartermaster.lifecycle.errors import AlreadyReserved, SecondDeviceRefused
from quartermaster.lifecycle.models import SecondDevice
from quartermaster.lifecycle.queries.second import second_devices_visible_to, tethering_of
from quartermaster.lifecycle.rules.second import is_second, uncovered
from quartermaster.notify.models import Message
from tests.factories import requests as make
from tests.factories.custody import keep
from tests.factories.inventory import (
    DeviceFactory,
    DeviceModelFactory,
    HotspotFactory,
    LineFactory,
    SimFactory,
    csv_of,
)

HOUSE = system("test")
DAY = timedelta(days=1)
classes = st.sampled_from(["smartphone", "tablet", "hotspot"])


@pytest.mark.clause("G-8")
@given(st.lists(classes, max_size=6), st.lists(classes, max_size=6), classes)
def test_one_is_everybodys_and_each_further_takes_one_of_its_class(held, allowed, asked):
    assert not is_second([], allowed, asked)
    assert is_second(held, [], asked) == bool(held)
    before, after = uncovered(held, allowed), uncovered([*held, asked], allowed)
    assert after in {before, before + 1}
    assert uncovered(held, [*allowed, asked]) <= before
    assert uncovered([*held, asked], [*allowed, asked]) == before


@pytest.mark.django_db
@pytest.mark.clause("G-8")
def test_a_second_phone_is_not_authorised_without_the_alternatives(cast, at):
    make.cellular(cast.ana)
    request = make.recommended(cast, at)
    ida = cast.acting(cast.ida)
    with pytest.raises(InvalidInput, match="second cellular device"):
        requests.authorise(request=request, supplies=make.supplies(request), actor=ida, at=at)
    assert not SecondDevice.objects.exists()
    requests.authorise(
        request=request,
        supplies=make.supplies(request),
        second=make.second_details(at),
        actor=ida,
        at=at,
    )
    made = SecondDevice.objects.get()
    assert (made.person, made.device_class, made.authorised_by) == (
        cast.ana,
        "smartphone",
        cast.ida,
    )
    assert [item["found"] for item in made.alternatives] == [
        "The plan does not allow it.",
        "Needed every day, for months.",
    ]
    assert request.items.get().second


@pytest.mark.django_db
@pytest.mark.clause("G-8")
def test_two_phones_in_one_request_or_in_two_are_second_as_well(cast, at):
    request = make.recommended(cast, at, make.PHONE, make.PHONE)
    ida = cast.acting(cast.ida)
    with pytest.raises(InvalidInput, match="second cellular device"):
        requests.authorise(request=request, supplies=make.supplies(request), actor=ida, at=at)
    make.authorised(cast, at, make.PHONE)
    again = make.recommended(cast, at, make.PHONE)
    with pytest.raises(InvalidInput, match="second cellular device"):
        requests.authorise(request=again, supplies=make.supplies(again), actor=ida, at=at)
    laptop = make.authorised(cast, at, {"kind": "device", "device_class": "laptop"})
    assert laptop.state == "authorised"


@pytest.mark.django_db
@pytest.mark.clause("G-8")
def test_no_act_hands_out_a_second_one(cast, at):
    make.cellular(cast.ana)
    other, ida = DeviceFactory(), cast.acting(cast.ida)
    SimFactory(device=other, line=LineFactory())
    words = {"actor": ida, "at": at}
    with pytest.raises(SecondDeviceRefused, match="tethering or a loan"):
        inventory.assign(device_id=other.id, holder_id=cast.ana.id, **words)
    tablet = DeviceFactory(device_class="tablet", platform="ipados", holder=cast.ana)
    line = LineFactory(holder=cast.ana)
    sim = SimFactory(line=line)
    with pytest.raises(Conflict, match="second cellular device"):
        inventory.put_sim(sim_id=sim.id, device_id=tablet.id, **words)
    authorise_second(
        person_id=cast.ana.id,
        device_class=DeviceClass.TABLET,
        details=make.second_details(at),
        **words,
    )
    inventory.put_sim(sim_id=sim.id, device_id=tablet.id, **words)
    with pytest.raises(SecondDeviceRefused):  # the authorisation was for a tablet
        inventory.assign(device_id=other.id, holder_id=cast.ana.id, **words)
    inventory.assign(device_id=other.id, holder_id=cast.sue.id, **words)


@pytest.mark.django_db
@pytest.mark.clause("G-8")
def test_no_other_path_hands_out_a_second_one(cast, at):
    make.cellular(cast.ana)
    spare = make.cellular(cast.sue)
    with pytest.raises(IntegrityError, match="second cellular"), transaction.atomic():
        Device.objects.filter(id=spare.id).update(holder=cast.ana)
    content = csv_of({"asset_tag": spare.asset_tag, "holder": cast.ana.number})
    with pytest.raises(Conflict, match="Ana Reyes would hold a second cellular device"):
        import_equipment(kind=Kind.DEVICES, content=content, actor=HOUSE, at=at)
    wifi_only = DeviceFactory(device_class="tablet", platform="ipados", holder=cast.ana)
    line = LineFactory()
    with pytest.raises(IntegrityError, match="second cellular"), transaction.atomic():
        SimFactory(device=wifi_only, line=line)
    SimFactory(device=wifi_only, line=LineFactory(status="cancelled"))
    cast.water.coverage, cast.water.exclusion_reason = "excluded", "Own contracts"
    cast.water.save()
    Device.objects.filter(id=spare.id).update(holder=cast.ana)  # the policy does not bind them
    keep(Device.objects.get(id=spare.id))


@pytest.mark.django_db
@pytest.mark.clause("G-12")
def test_what_is_kept_for_somebody_goes_to_nobody_else(cast, at):
    phone = make.phone_in_stock()
    make.authorised(cast, at, things=[phone])
    ida = cast.acting(cast.ida)
    with pytest.raises(AlreadyReserved, match="kept for Ana Reyes"):
        inventory.assign(device_id=phone.id, holder_id=cast.sue.id, actor=ida, at=at)
    with pytest.raises(IntegrityError, match="kept for somebody else"), transaction.atomic():
        Device.objects.filter(id=phone.id).update(holder=cast.sue, status="assigned")
    inventory.assign(device_id=phone.id, holder_id=cast.ana.id, actor=ida, at=at)


@pytest.mark.django_db
@pytest.mark.clause("G-8")
def test_an_authorisation_is_anothers_and_ends_on_its_day(cast, at):
    ida, words = cast.acting(cast.ida), {"device_class": DeviceClass.SMARTPHONE}
    for person, actor, details, refusal in (
        (cast.ida, ida, make.second_details(at), Refused),
        (cast.ana, cast.acting(cast.cole), make.second_details(at), Refused),
        (cast.ana, HOUSE, make.second_details(at), Refused),
        (cast.ana, ida, make.second_details(at, days=0), InvalidInput),
        (cast.ana, ida, make.second_details(at, days=800), InvalidInput),
    ):
        with pytest.raises(refusal):
            authorise_second(person_id=person.id, details=details, actor=actor, at=at, **words)
    made = authorise_second(
        person_id=cast.ana.id, details=make.second_details(at, days=30), actor=ida, at=at, **words
    )
    schedule.take_steps(at + 15 * DAY)
    assert not Message.objects.exists()
    for _ in range(2):
        schedule.take_steps(at + 17 * DAY)
    schedule.take_steps(at + 31 * DAY)
    made.refresh_from_db()
    assert made.ending_reason == "Its time is over."
    told = {(m.recipient.partition("@")[0], m.key.split(":")[2]) for m in Message.objects.all()}
    assert told == {("ana", "soon"), ("ida", "soon"), ("ana", "ended"), ("ida", "ended")}
    with pytest.raises(Conflict):
        end_second(second=made, reason="Again.", actor=ida, at=at)


@pytest.mark.django_db
def test_who_sees_authorisations(cast, at):
    made = authorise_second(
        person_id=cast.ana.id,
        device_class=DeviceClass.HOTSPOT,
        details=make.second_details(at),
        actor=cast.acting(cast.ida),
        at=at,
    )
    for person in (cast.ana, cast.cole, cast.sue, cast.ida):
        assert list(second_devices_visible_to(cast.acting(person))) == [made]
    assert not second_devices_visible_to(cast.acting(cast.rex)).exists()


@pytest.mark.django_db
@pytest.mark.clause("G-8")
def test_what_is_known_of_tethering(cast, at):
    able = DeviceModelFactory(capabilities=["tethering"])
    unable = DeviceModelFactory(capabilities=["GPS"])
    phone = make.cellular(cast.ana, model=able)
    DeviceFactory(holder=cast.cole, model=able)
    make.cellular(cast.sue, model=unable)
    make.cellular(cast.rex)
    HotspotFactory(holder=cast.ida)
    assert [(t.device, t.possible) for t in tethering_of(cast.ana.id)] == [(phone, True)]
    assert "Unlimited" in tethering_of(cast.ana.id)[0].said
    found = [tethering_of(p.id)[0].possible for p in (cast.cole, cast.sue, cast.rex)]
    assert found == [False, False, None]
    assert tethering_of(cast.ida.id) == []
