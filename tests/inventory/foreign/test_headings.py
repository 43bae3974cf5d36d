"""The headings as Snipe-IT 8 and GLPI 10 and 11 write them, every column chosen."""

import pytest

from quartermaster.inventory import actions
from quartermaster.inventory.actions import Program
from quartermaster.inventory.models import Device
from tests.factories import inventory as make

# what the custom asset report offers, in its order; some headings occur more than once
REPORT = (
    "ID",
    "Company",
    "Asset Name",
    "Asset Tag",
    "Model",
    "Model No.",
    "Category",
    "Manufacturer",
    "Serial",
    "Purchased",
    "Cost",
    "EOL",
    "Warranty",
    "Warranty Expires",
    "Current Value",
    "Diff",
    "Fully Depreciated",
    "Order Number",
    "Supplier",
    "Location",
    *("Address", "Address", "City", "State", "Country", "Zip"),
    "Default Location",
    *("Address", "Address", "City", "State", "Country", "Zip"),
    "Checked Out",
    "Type",
    "Username",
    "Employee No.",
    "Manager",
    "Department",
    "Title",
    "Phone",
    *("User Address", "User City", "User State", "User Country", "User Zip"),
    "Status",
    "Checkout Date",
    "Last Checkin Date",
    "Expected Checkin Date",
    "Created At",
    "Updated at",
    "Deleted",
    "Last Audit",
    "Next Audit Date",
    "Notes",
    "URL",
    "IMEI",
)
# what the list of assets can show
LIST = (
    "ID",
    "Company",
    "Asset Name",
    "Device Image",
    "Asset Tag",
    "Serial",
    "Model",
    "Model No.",
    "Category",
    "Status",
    "Checked Out To",
    "Employee Number",
    "Location",
    "Default Location",
    "Manufacturer",
    "Supplier",
    "Purchase Date",
    "Age",
    "Purchase Cost",
    "Order Number",
    "EOL Rate",
    "EOL Date",
    "Warranty",
    "Warranty Expires",
    "Requestable",
    "Notes",
    "Checkouts",
    "Checkins",
    "Requests",
    "Created By",
    "Created At",
    "Updated at",
    "Checkout Date",
    "Last Checkin Date",
    "Expected Checkin Date",
    "Last Audit",
    "Next Audit Date",
    "BYOD",
)
# what a file for its own importer has
IMPORTER = (
    "Asset Name",
    "Asset Tag",
    "Category",
    "Model Name",
    "Model No.",
    "Manufacturer",
    "Serial Number",
    "Status",
    "Location",
    "Company",
    "Checkout Type",
    "Checked Out to: Full Name",
    "Checked Out to: Email",
    "Checked Out to: Username",
    "Purchase Date",
    "Asset Notes",
)
# a list of phones; the columns of people and of purchases have the name of their group in front
PHONES = (
    "Name",
    "Entity",
    "Status",
    "Manufacturer",
    "Brand",
    "Location",
    "Type",
    "Model",
    "Serial number",
    "Inventory number",
    "ID",
    "Last inventory date",
    "Alternate username",
    "Alternate username number",
    "Number of lines",
    "User",
    "Group",
    "Technician in charge",
    "Group in charge",
    "UUID",
    "Comments",
    "Last update",
    "Creation date",
    "Financial and administrative information - Order number",
    "Financial and administrative information - Date of purchase",
    "Financial and administrative information - Startup date",
    "User - Login",
    "User - Administrative number",
    "User - Emails",
)
SAID = {
    "Asset Tag": "00123",
    "ID": "7",
    "Model": "iPhone 16",
    "Model Name": "iPhone 16",
    "Category": "Mobile Phones",
    "Type": "user",
    "Checkout Type": "user",
    "Manufacturer": "Apple",
    "Serial": "F2LABC123",
    "Serial Number": "F2LABC123",
    "Serial number": "F2LABC123",
    "Inventory number": "00123",
    "Default Location": "Water Works",
    "Employee No.": "1001",
    "Employee Number": "1001",
    "Checked Out to: Email": "ana@city.example",
    "User - Administrative number": "1001",
    "IMEI": make.imei(7),
}


def file(headings, separator=",", **said):
    cells = {**SAID, **said}
    rows = [headings, [cells.get(name, "") for name in headings]]
    return "\r\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows).encode()


def take(content, program, cast, at, *confirmed):
    return actions.import_foreign(
        content=content,
        program=program,
        confirmed=("new-models", "left-out", *confirmed),
        actor=cast.acting(cast.ida),
        at=at,
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("program", "headings", "more"),
    [
        (Program.SNIPE_IT, REPORT, {}),
        (Program.SNIPE_IT, LIST, {"BYOD": "false"}),
        (Program.SNIPE_IT, IMPORTER, {}),
        (Program.GLPI, PHONES, {"Type": "Smartphone"}),
        (Program.GLPI, tuple(f"Characteristics - {name}" for name in PHONES[:18]), {}),
    ],
)
def test_every_column_chosen_is_read_or_passed_over(cast, at, program, headings, more):
    if headings[0].startswith("Characteristics"):
        more = {f"Characteristics - {name}": said for name, said in SAID.items()}
        more |= {"Characteristics - Type": "Smartphone", "Characteristics - User": "1001"}
    plan = take(file(headings, **more), program, cast, at)
    assert plan.counts["create"] == 1
    device = Device.objects.get()
    assert (device.asset_tag, device.serial, device.holder) == ("00123", "F2LABC123", cast.ana)
    read = set(headings) - set(plan.ignored)
    assert not read & {"Cost", "Address", "Phone", "Brand", "UUID", "Supplier"}


@pytest.mark.django_db
@pytest.mark.clause("G-2")
@pytest.mark.parametrize("said", ["true", "1", "Yes"])
def test_what_is_somebodys_own_is_left_out_and_said(cast, at, said):
    plan = actions.plan_foreign(
        content=file(LIST, BYOD=said), program=Program.SNIPE_IT, actor=cast.acting(cast.ida), at=at
    )
    assert plan.counts["create"] == 0
    own = file((*LIST, "IMEI"), BYOD=said).decode()
    both = (
        own
        + "\r\n"
        + file((*LIST, "IMEI"), **{"Asset Tag": "9", "Serial": "S9ABC"}).decode().split("\r\n")[1]
    )
    plan = actions.plan_foreign(
        content=both.encode(), program=Program.SNIPE_IT, actor=cast.acting(cast.ida), at=at
    )
    told = {caution.code: caution.message for caution in plan.cautions}
    assert "1 rows are of people's own devices" in told["personal"]
    take(both.encode(), Program.SNIPE_IT, cast, at, "personal")
    assert [device.asset_tag for device in Device.objects.all()] == ["9"]


@pytest.mark.django_db
def test_in_stock_the_default_location_tells_the_department(cast, at):
    stock = {"Employee Number": "", "Status": "Ready to Deploy Deployable"}
    take(file(LIST, **stock), Program.SNIPE_IT, cast, at)
    assert Device.objects.get().department == cast.water
