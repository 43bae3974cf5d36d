"""Labels with a QR code, and where the code leads."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from quartermaster.inventory.codes import plain_code
from quartermaster.inventory.rules.labels import SHEETS
from quartermaster.web.custody.labels import address_of
from tests.factories import inventory as make


def pages_of(answer):
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return [leaf.extract_text() for leaf in PdfReader(io.BytesIO(answer.content)).pages]


def make_sheets(client, **data):
    return client.post(reverse("custody:labels"), {"sheet": "5160", "start": "1", **data})


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=lambda sheet: sheet.code)
def test_labels_are_within_a_letter_page_and_apart(sheet):
    corners = [sheet.place(index) for index in range(sheet.places)]
    assert len(set(corners)) == sheet.places == sheet.columns * sheet.rows
    assert max(left for left, _ in corners) + sheet.width <= 8.5
    assert max(top for _, top in corners) + sheet.height <= 11
    assert sheet.across >= sheet.width
    assert sheet.down >= sheet.height


def test_chosen_things_from_a_place_on(logged_in, cast):
    for tag in ("T-1", "T-2"):
        make.DeviceFactory(department=cast.water, asset_tag=tag)
    make.AccessoryFactory(department=cast.water, asset_tag="K-1")
    client = logged_in(cast.ida)
    one = pages_of(make_sheets(client, tags="t-1\nT-2, K-1", start="28"))
    assert [("T-1" in leaf, "K-1" in leaf) for leaf in one] == [(True, True)]
    two = pages_of(make_sheets(client, tags="t-1\nT-2, K-1", start="29", sheet="5160"))
    assert [("T-1" in leaf, "K-1" in leaf) for leaf in two] == [(True, False), (False, True)]
    big = pages_of(make_sheets(client, tags="T-1", sheet="5163", start="10"))
    assert "Property of" in big[0]


def test_a_filters_result(logged_in, cast):
    make.DeviceFactory(department=cast.water, asset_tag="T-1")
    make.DeviceFactory(holder=cast.ana, asset_tag="T-2")
    make.DeviceFactory(department=cast.library, asset_tag="T-3")
    given = {"kind": "devices", "department": str(cast.water.pk), "stock": "on"}
    (leaf,) = pages_of(make_sheets(logged_in(cast.ida), **given))
    assert ["T-1" in leaf, "T-2" in leaf, "T-3" in leaf] == [True, False, False]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"tags": "T-404"}, "nothing of the City&#x27;s with the tag T-404"),
        ({}, "Nothing is chosen"),
        ({"tags": "T-1", "start": "31"}, "has 30 labels"),
    ],
)
def test_what_cannot_be_printed(logged_in, cast, data, said):
    answer = make_sheets(logged_in(cast.ida), **data)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_the_code_leads_to_the_thing(logged_in, cast):
    phone = make.DeviceFactory(holder=cast.ana, asset_tag="T-1")
    kit = make.AccessoryFactory(holder=cast.ana, department=cast.water, asset_tag="K/1")
    assert plain_code(address_of("K/1")) == "K/1"
    client = logged_in(cast.ana)
    for thing, kind in ((phone, "device"), (kit, "accessory")):
        here = reverse("custody:tag", kwargs={"tag": thing.asset_tag})
        assert client.get(here).url == reverse(f"inventory:{kind}", kwargs={"key": thing.pk})


@pytest.mark.clause("C-3")
def test_a_finder_is_told_how_to_give_it_back_and_nothing_else(client, cast, settings):
    settings.ADE_SUPPORT_PHONE = "414-555-0100"
    make.DeviceFactory(holder=cast.ana, asset_tag="T-1")
    there = client.get(reverse("custody:tag", kwargs={"tag": "T-1"}))
    nowhere = client.get(reverse("custody:tag", kwargs={"tag": "T-9"}))
    told = there.content.decode()
    assert (there.status_code, "414-555-0100" in told, "Ana" in told) == (200, True, False)
    assert told.replace("T-1", "T-9") == nowhere.content.decode()


def test_who_may_not_see_it_sees_what_a_finder_sees(logged_in, cast):
    make.DeviceFactory(holder=cast.ana, asset_tag="T-1")
    answer = logged_in(cast.rex).get(reverse("custody:tag", kwargs={"tag": "T-1"}))
    assert "nothing more about it that you may see" in answer.content.decode()


def test_the_page_of_a_device_has_its_code(logged_in, cast):
    phone = make.DeviceFactory(holder=cast.ana, asset_tag="T-1")
    page = logged_in(cast.ida).get(reverse("inventory:device", kwargs={"key": phone.pk}))
    assert "QR code of T-1" in page.content.decode()


@pytest.mark.clause("G-1")
def test_a_persons_own_phone_gets_no_label(logged_in, cast):
    make.PersonalDeviceFactory(holder=cast.ana, asset_tag="OWN-1")
    client = logged_in(cast.ida)
    assert make_sheets(client, tags="OWN-1").status_code == 422
    assert make_sheets(client, kind="devices").status_code == 422
