"""The lists and pages of equipment: who sees what, and the dull tests of every list."""

import pytest
from django.urls import reverse

from tests.factories import inventory as make
from tests.web.suites import RoomViewTests

NOTHING = {"rex": set()}


@pytest.mark.clause("S-1")
class TestDevices(RoomViewTests):
    list_name = "inventory:devices"
    detail_name = "inventory:device"
    seen_by = {
        "ana": {"phone", "own"},
        "sue": {"phone", "own"},
        "cole": {"phone", "own", "spare"},
        "ida": {"phone", "own", "spare", "library"},
        **NOTHING,
    }

    def things(self, cast, at):
        return {
            "phone": make.DeviceFactory(holder=cast.ana, model=make.DeviceModelFactory()),
            "own": make.PersonalDeviceFactory(holder=cast.ana),
            "spare": make.DeviceFactory(department=cast.water),
            "library": make.DeviceFactory(department=cast.library),
        }


@pytest.mark.clause("S-1")
class TestHotspots(RoomViewTests):
    list_name = "inventory:hotspots"
    detail_name = "inventory:device"
    seen_by = {"ana": set(), "cole": {"mifi"}, "ida": {"mifi", "library"}, **NOTHING}

    def things(self, cast, at):
        mifi = make.HotspotFactory(department=cast.water)
        make.SimFactory(line=make.LineFactory(department=cast.water), device=mifi)
        return {"mifi": mifi, "library": make.HotspotFactory(department=cast.library)}


class TestLines(RoomViewTests):
    list_name = "inventory:lines"
    detail_name = "inventory:line"
    seen_by = {"ana": {"hers"}, "cole": {"hers", "pool"}, "ida": {"hers", "pool"}, **NOTHING}

    def things(self, cast, at):
        hers = make.LineFactory(holder=cast.ana)
        return {"hers": hers, "pool": make.LineFactory(department=cast.water)}


class TestSims(RoomViewTests):
    list_name = "inventory:sims"
    detail_name = "inventory:sim"
    seen_by = {"ana": {"hers"}, "cole": {"hers"}, "ida": {"hers", "loose"}, **NOTHING}

    def things(self, cast, at):
        line, phone = make.LineFactory(holder=cast.ana), make.DeviceFactory(holder=cast.ana)
        return {
            "hers": make.SimFactory(line=line, device=phone),
            "loose": make.SimFactory(embedded=True, eid=make.eid(1)),
        }


@pytest.mark.clause("G-6")
class TestAccessories(RoomViewTests):
    list_name = "inventory:accessories"
    detail_name = "inventory:accessory"
    seen_by = {"ana": {"kit"}, "cole": {"kit", "spare"}, "ida": {"kit", "spare"}, **NOTHING}

    def things(self, cast, at):
        return {
            "kit": make.AccessoryFactory(holder=cast.ana, department=cast.water),
            "spare": make.AccessoryFactory(department=cast.water),
        }


class TestModels(RoomViewTests):
    list_name = "inventory:models"
    seen_by = {"ida": {"iphone"}, "ana": set(), "cole": set(), **NOTHING}

    def things(self, cast, at):
        return {"iphone": make.DeviceModelFactory(capabilities=["5G", "eSIM"])}


def _tags(answer):
    return [row.record.asset_tag for row in answer.context["table"].page.object_list]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "tags"),
    [
        ({"device_class": "tablet"}, ["PAD"]),
        ({"platform": "ipados"}, ["PAD"]),
        ({"ownership": "personal"}, ["OWN"]),
        ({"department": "LIB"}, ["PAD"]),
        ({"status": "assigned"}, ["OWN", "PHONE"]),
        ({"holder": "1001"}, ["OWN", "PHONE"]),
        ({"q": "f2labc"}, ["PHONE"]),
        ({"q": "ana reyes", "sort": "-asset_tag"}, ["PHONE", "OWN"]),
        ({"q": make.imei(2)}, ["PHONE"]),
    ],
)
def test_devices_are_filtered_searched_and_sorted(logged_in, cast, query, tags):
    phone = {"serial": "F2LABC1", "imei": make.imei(1), "imei2": make.imei(2)}
    make.DeviceFactory(asset_tag="PHONE", holder=cast.ana, **phone)
    make.PersonalDeviceFactory(asset_tag="OWN", holder=cast.ana)
    make.DeviceFactory(
        asset_tag="PAD", department=cast.library, device_class="tablet", platform="ipados"
    )
    answer = logged_in(cast.ida).get(reverse("inventory:devices"), query)
    assert sorted(_tags(answer)) == sorted(tags)
    if "sort" in query:
        assert _tags(answer) == tags


@pytest.mark.django_db
def test_the_filter_names_only_departments_of_which_one_sees_devices(logged_in, cast):
    make.DeviceFactory(holder=cast.ana)
    make.DeviceFactory(department=cast.library)
    page = logged_in(cast.ana).get(reverse("inventory:devices")).content.decode()
    assert "Water Works" in page
    assert "Public Library" not in page


@pytest.mark.django_db
def test_the_csv_is_safe_and_full(logged_in, cast):
    cast.ana.given_name = "=cmd|' /C calc'!A0"
    cast.ana.save()
    make.DeviceFactory(asset_tag="PHONE", holder=cast.ana, serial="F2LABC1", imei=make.imei(1))
    answer = logged_in(cast.ida).get(reverse("inventory:devices"), {"format": "csv"})
    heading, row = b"".join(answer.streaming_content).decode().splitlines()
    assert heading == (
        "Asset tag,Model,Class,Platform,Ownership,Holder,Department,Status,"
        "Last confirmed,Holder's number,Serial number,IMEI,Second IMEI,Acquired on"
    )
    assert row == (
        "PHONE,,Smartphone,iOS,City,'=cmd|' /C calc'!A0 Reyes,Water Works,Assigned,,1001,"
        f"F2LABC1,{make.imei(1)},,"
    )


@pytest.mark.django_db
def test_numbers_are_read_by_people_and_by_programs(logged_in, cast):
    mifi = make.HotspotFactory(department=cast.water)
    make.SimFactory(line=make.LineFactory(number="+14142863800"), device=mifi)
    client = logged_in(cast.ida)
    for name in ("hotspots", "lines", "sims"):
        address = reverse(f"inventory:{name}")
        assert "(414) 286-3800" in client.get(address).content.decode()
        csv = b"".join(client.get(address, {"format": "csv"}).streaming_content).decode()
        assert "+14142863800" in csv
