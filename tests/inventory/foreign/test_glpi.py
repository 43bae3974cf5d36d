"""Devices out of GLPI: a list of computers or phones, with “;” between the cells."""

import pytest

from quartermaster.inventory import actions
from quartermaster.inventory.actions import Program
from quartermaster.inventory.models import CustodyPeriod, Device
from quartermaster.kernel.imports import ImportHasErrors
from tests.factories import inventory as make

HEADINGS = (
    "Name;Entity;Status;Manufacturer;Location;Type;Model;Last update;Serial number"
    ";Inventory number;ID;Alternate username;User;Administrative number;Startup date;Comments"
)
ROWS = (
    (
        "PHONE-1;City > Water Works;In use;Apple;Yard > North;Smartphone;iPhone 16;2026-11-01 08:00"
        ";F2LABC777;INV-0001;41;areyes@CITY;Reyes Ana;1001;2025-06-02;Blue"
    ),
    (
        "PHONE-2;City > Water Works;In stock;Samsung;;Smartphone;Galaxy S25;2026-11-01;R58M123"
        ";;42;;;;;"
    ),
    "PC-3;City;In use;Dell;;Desktop;OptiPlex;;D1;;43;;;;;",
)


def quoted(line):
    return ";".join(f'"{cell}"' for cell in line.split(";"))


PHONES = "\ufeff" + "\r\n".join(quoted(line) for line in (HEADINGS, *ROWS)) + "\r\n"


@pytest.fixture
def ida(cast, at):
    return {"program": Program.GLPI, "actor": cast.acting(cast.ida), "at": at}


def take(ida, text):
    codes = ("new-models", "left-out", "owe-acknowledgement")
    return actions.import_foreign(content=text.encode(), confirmed=codes, **ida)


@pytest.mark.clause("S-1", "C-3")
def test_phones_come_with_their_holders(cast, ida):
    plan = take(ida, PHONES)
    assert (plan.counts["create"], plan.ignored) == (2, ("Last update",))
    first, second = Device.objects.order_by("-asset_tag")
    assert (first.asset_tag, first.holder, first.platform) == ("INV-0001", cast.ana, "ios")
    assert (second.asset_tag, second.status, second.department) == (
        "GLPI-42",
        "in_stock",
        cast.water,
    )
    held = CustodyPeriod.objects.get(thing_id=first.id)
    assert held.since.date().isoformat() == "2025-06-02"
    again = take(ida, PHONES)
    assert (again.changes_nothing, Device.objects.count()) == (True, 2)


def test_a_name_alone_finds_nobody(ida):
    with pytest.raises(ImportHasErrors, match="nobody's personnel number or e-mail"):
        take(ida, PHONES.replace('"1001"', '""'))


def test_an_e_mail_address_finds_them(cast, ida):
    take(ida, PHONES.replace('"1001"', '""').replace("areyes@CITY", "Ana@City.Example"))
    assert Device.objects.get(asset_tag="INV-0001").holder == cast.ana


def test_a_column_that_was_not_exported_is_not_touched(cast, ida):
    make.DeviceFactory(
        asset_tag="GLPI-9", serial="KEPT1", note="Kept", department=cast.water, imei=""
    )
    headings = "ID;Name;Type;Model;Manufacturer;Entity"
    take(ida, f"{headings}\n9;x;Smartphone;iPhone 1;Apple;Water Works")
    device = Device.objects.get()
    assert (device.note, device.serial, str(device.model)) == ("Kept", "KEPT1", "Apple iPhone 1")
