"""What the exports of other programs look like, under their English headings.

Which columns an export has is chosen by who exports; what is not there is left as it is. Headings
that mean nothing to us are shown as ignored.
"""

from pydantic import Field

from quartermaster.kernel.imports import ImportRow, Layout

_LONG = 500


def _text(title: str) -> str:
    made: str = Field("", max_length=_LONG, title=title)
    return made


class ForeignRow(ImportRow):
    """One asset as another program exports it; all text."""

    tag: str = _text("asset tag")
    ident: str = _text("ID")
    name: str = _text("name")
    serial: str = _text("serial number")
    model: str = _text("model")
    model_number: str = _text("model number")
    manufacturer: str = _text("manufacturer")
    category: str = _text("category")
    status: str = _text("status")
    holder: str = _text("holder")
    holder_kind: str = _text("kind of holder")
    holder_number: str = _text("employee number")
    holder_email: str = _text("e-mail")
    username: str = _text("username")
    login: str = _text("log-in")
    username_number: str = _text("alternate username number")
    department: str = _text("department")
    company: str = _text("company")
    location: str = _text("location")
    default_location: str = _text("default location")
    byod: str = _text("BYOD")
    custody_since: str = _text("checkout date")
    purchased: str = _text("purchase date")
    notes: str = _text("notes")
    imei: str = _text("IMEI")
    imei2: str = _text("second IMEI")
    meid: str = _text("MEID")
    eid: str = _text("EID")
    wifi_mac: str = _text("Wi-Fi address")


_IDENTIFIERS = {
    "IMEI": "imei",
    "IMEI 1": "imei",
    "IMEI Number": "imei",
    "IMEI 2": "imei2",
    "IMEI2": "imei2",
    "Second IMEI": "imei2",
    "MEID": "meid",
    "EID": "eid",
    "MAC Address": "wifi_mac",
    "Wi-Fi MAC": "wifi_mac",
    "WiFi MAC Address": "wifi_mac",
}

# the list of assets as exported from its page, the custom asset report, and a file made for its own
# importer; headings as of version 8
SNIPE_IT = Layout(
    "inventory.snipe-it",
    "devices",
    ForeignRow,
    "tag",
    aliases={
        **_IDENTIFIERS,
        "Asset Tag": "tag",
        "ID": "ident",
        "Asset Name": "name",
        "Item Name": "name",
        "Serial": "serial",
        "Serial Number": "serial",
        "Model": "model",
        "Asset Model": "model",
        "Model Name": "model",
        "Model No.": "model_number",
        "Model Number": "model_number",
        "Manufacturer": "manufacturer",
        "Category": "category",
        "Status": "status",
        "Status Label": "status",
        "Checked Out": "holder",
        "Checked Out To": "holder",
        "Checked Out to: Full Name": "holder",
        "Assigned To": "holder",
        "Full Name": "holder",
        "Type": "holder_kind",
        "Checkout Type": "holder_kind",
        "Checked Out to: Email": "holder_email",
        "Checked Out to: Username": "username",
        "Employee No.": "holder_number",
        "Employee Number": "holder_number",
        "Employee Num": "holder_number",
        "Email": "holder_email",
        "E-mail": "holder_email",
        "Username": "username",
        "Department": "department",
        "Company": "company",
        "Location": "location",
        "Default Location": "default_location",
        "BYOD": "byod",
        "Checkout Date": "custody_since",
        "Last Checkout Date": "custody_since",
        "Purchased": "purchased",
        "Purchase Date": "purchased",
        "Notes": "notes",
        "Asset Notes": "notes",
    },
)

_GLPI = {
    **_IDENTIFIERS,
    "Inventory number": "tag",
    "Inventory/Asset number": "tag",
    "ID": "ident",
    "Name": "name",
    "Serial number": "serial",
    "Model": "model",
    "Product number": "model_number",
    "Manufacturer": "manufacturer",
    "Type": "category",
    "Item type": "category",
    "Status": "status",
    "State": "status",
    "User": "holder",
    "Administrative number": "holder_number",
    "User - Administrative number": "holder_number",
    "Email": "holder_email",
    "Emails": "holder_email",
    "User - Emails": "holder_email",
    "Alternate username": "username",
    "Alternate username number": "username_number",
    "Group": "department",
    "Entity": "company",
    "Location": "location",
    "Startup date": "custody_since",
    "Date of purchase": "purchased",
    "Financial and administrative information - Date of purchase": "purchased",
    "Financial and administrative information - Startup date": "custody_since",
    "Comments": "notes",
    "User - Login": "login",
    "User - Email": "holder_email",
}
_FIRST_GROUP = "Characteristics"  # columns of a group have its name in front in some exports

# a list of computers or phones as exported from its page; headings as of versions 10 and 11
GLPI = Layout(
    "inventory.glpi",
    "devices",
    ForeignRow,
    "tag",
    aliases=_GLPI | {f"{_FIRST_GROUP} - {heading}": name for heading, name in _GLPI.items()},
)
