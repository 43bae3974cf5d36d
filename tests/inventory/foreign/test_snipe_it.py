"""Devices out of Snipe-IT: the custom asset report and the list as exported."""

from datetime import UTC, datetime

import pytest

from quartermaster.audit.models import Entry
from quartermaster.inventory import actions
from quartermaster.inventory.actions import Program
from quartermaster.inventory.models import CustodyPeriod, Device, DeviceModel
from quartermaster.kernel.errors import InvalidInput, Refused
from quartermaster.kernel.imports import ImportHasErrors, NotConfirmed
from tests.factories import inventory as make
from tests.factories.inventory import csv_of
from tests.factories.policy import adopted

REPORT = {
    "Company": "City",
    "Asset Name": "",
    "Asset Tag": "00123",
    "Model": "iPhone 16",
    "Model No.": "A3287",
    "Category": "Mobile Phones",
    "Manufacturer": "Apple",
    "Serial": "f2l abc 123",
    "Purchased": "2025-02-01",
    "Cost": "$799.00",
    "Location": "Water Works Yard",
    "Checked Out": "Ana Reyes",
    "Type": "user",
    "Username": "areyes",
    "Employee No.": "1001",
    "Department": "Water Works",
    "Status": "Ready to Deploy (deployed)",
    "Checkout Date": "2025-03-05 14:02:11",
    "Notes": "Cracked corner",
    "IMEI": make.imei(5),
}
STOCK = {
    **REPORT,
    "Asset Tag": "00124",
    "Serial": "F2LABC124",
    "Checked Out": "",
    "Type": "",
    "Username": "",
    "Employee No.": "",
    "Department": "",
    "Status": "Ready to Deploy (deployable)",
    "Checkout Date": "",
    "IMEI": "",
}


@pytest.fixture
def ida(cast, at):
    return {"program": Program.SNIPE_IT, "actor": cast.acting(cast.ida), "at": at}


def take(ida, *rows, confirmed=("new-models", "left-out", "owe-acknowledgement")):
    return actions.import_foreign(content=csv_of(*rows), confirmed=confirmed, **ida)


@pytest.mark.clause("S-1", "C-3")
def test_devices_come_with_their_holders_and_custody(cast, ida):
    plan = take(ida, REPORT, STOCK)
    assert plan.counts == {"create": 2, "update": 0, "unchanged": 0, "error": 0}
    assert plan.ignored == ("Cost",)
    phone, spare = Device.objects.order_by("asset_tag")
    assert (phone.serial, phone.holder, phone.department) == ("F2LABC123", cast.ana, cast.water)
    assert (phone.device_class, phone.platform, phone.imei) == ("smartphone", "ios", make.imei(5))
    assert (str(phone.acquired_on), phone.note) == ("2025-02-01", "Cracked corner")
    assert (spare.status, spare.holder, spare.department) == ("in_stock", None, cast.water)
    model = DeviceModel.objects.get()
    assert (str(model), model.identifier) == ("Apple iPhone 16", "A3287")
    held = CustodyPeriod.objects.get(thing_id=phone.id)
    assert (held.person, held.since) == (cast.ana, datetime(2025, 3, 5, 6, tzinfo=UTC))
    assert CustodyPeriod.objects.get(thing_id=spare.id).since == ida["at"]
    assert Entry.objects.filter(tag="inventory.snipe-it.imported").count() == 1


def test_a_second_run_changes_nothing(ida):
    take(ida, REPORT, STOCK)
    again = take(ida, REPORT, STOCK, confirmed=())
    assert (again.counts["unchanged"], again.changes_nothing, again.cautions) == (2, True, ())
    assert Device.objects.count() == 2
    assert CustodyPeriod.objects.count() == 2


def test_a_device_that_is_here_under_another_tag_is_that_device(cast, ida):
    here = make.DeviceFactory(serial="F2LABC123", asset_tag="QM-7", department=cast.water)
    take(ida, REPORT)
    here.refresh_from_db()
    assert (Device.objects.count(), here.asset_tag, here.holder) == (1, "QM-7", cast.ana)


def test_what_must_be_confirmed(cast, ida):
    adopted()
    monitor = {**STOCK, "Asset Tag": "00900", "Category": "Monitors", "Model": "U2723"}
    plan = actions.plan_foreign(content=csv_of(REPORT, monitor), **ida)
    told = {caution.code: caution.message for caution in plan.cautions}
    assert set(told) == {"new-models", "left-out", "owe-acknowledgement"}
    assert "Apple iPhone 16" in told["new-models"]
    assert "Monitors" in told["left-out"]
    assert "Ana Reyes" in told["owe-acknowledgement"]
    with pytest.raises(NotConfirmed):
        take(ida, REPORT, monitor, confirmed=["new-models", "left-out"])
    take(ida, REPORT, monitor)
    assert Device.objects.get().holder == cast.ana


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"Employee No.": "9999", "Username": "x"}, "nobody's personnel number"),
        ({"Employee No.": "", "Username": ""}, "nobody's personnel number"),
        ({"Checkout Date": "2030-01-01"}, "lies ahead"),
        ({"Checkout Date": "soon"}, "is not a date"),
        ({"Asset Tag": ""}, "neither a number nor an ID"),
        ({"Asset Tag": "X" * 31}, "longer than 30"),
        ({"Model": "", "Model No.": ""}, "is needed"),
        ({"IMEI": "123"}, "IMEI"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason(ida, change, message):
    with pytest.raises(ImportHasErrors) as refusal:
        take(ida, STOCK, {**REPORT, **change})
    assert message in str(refusal.value)
    assert "Line 3" in str(refusal.value)
    assert not Device.objects.exists()
    assert not DeviceModel.objects.exists()


def test_stock_needs_a_department_that_is_known(ida):
    nowhere = {**STOCK, "Location": "Attic", "Company": "City"}
    with pytest.raises(ImportHasErrors, match="no department, company or location"):
        take(ida, nowhere)


def test_what_is_at_a_place_or_lost_or_archived(cast, ida):
    at_place = {**REPORT, "Type": "location", "Checked Out": "Yard", "Employee No.": ""}
    lost = {**REPORT, "Asset Tag": "2", "Serial": "S2ABC", "IMEI": "", "Status": "Lost/Stolen"}
    gone = {**REPORT, "Asset Tag": "3", "Serial": "S3ABC", "IMEI": "", "Status": "Archived"}
    take(ida, at_place, lost, gone)
    told = {d.asset_tag: (d.status, d.holder) for d in Device.objects.all()}
    assert told == {
        "00123": ("in_stock", None),
        "2": ("lost", cast.ana),
        "3": ("retired", None),
    }


def test_the_list_as_its_page_exports_it(cast, ida):
    row = {
        "Asset Tag": "00500",
        "Serial": "R52X1234",
        "Model": "Galaxy S25",
        "Category": "Smartphone",
        "Status": "Ready to Deploy Deployed",
        "Checked Out To": "Reyes, Ana ana@city.example",
        "Location": "",
        "Manufacturer": "Samsung",
        "Current Value": "1",
    }
    take(ida, row)
    device = Device.objects.get()
    assert (device.holder, device.platform) == (cast.ana, "android")


def test_a_model_of_the_catalogue_is_that_model(ida):
    known = make.DeviceModelFactory(
        manufacturer="Apple", name="iPhone 16 (A3287)", identifier="A3287"
    )
    take(ida, REPORT)
    assert Device.objects.get().model == known


def test_another_file_and_another_person(cast, at, ida):
    with pytest.raises(InvalidInput, match="neither an asset tag nor a serial"):
        take(ida, {"Name": "x", "Colour": "red"})
    for person in (cast.cole, cast.ana, cast.rex):
        who = {**ida, "actor": cast.acting(person)}
        with pytest.raises(Refused):
            actions.plan_foreign(content=csv_of(REPORT), **who)
        with pytest.raises(Refused):
            actions.import_foreign(content=csv_of(REPORT), **who)
