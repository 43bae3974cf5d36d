"""Import pages: upload, look at what would change, confirm exactly that."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.urls import reverse

from quartermaster.inventory.actions import (
    Kind,
    Program,
    import_equipment,
    import_foreign,
    layout_of,
    plan_foreign,
    plan_import,
)
from quartermaster.inventory.permits import EQUIPMENT_IMPORT
from quartermaster.kernel.imports import Plan
from quartermaster.web.org.views.imports import ImportRows, RowsForm
from quartermaster.web.pages import Button, Crumb

_NOTES = {
    "account": "The carrier's account.",
    "acquired_on": "A date such as 2026-11-24.",
    "activated_on": "A date such as 2026-11-24.",
    "asset_tag": "Required. Identifies the thing; yours to choose.",
    "carrier": "Required.",
    "department": "The code of a department; without one, the holder's.",
    "device": "The asset tag of the device it is in.",
    "device_class": "smartphone, tablet, laptop or hotspot; the model says it too.",
    "eid": "32 digits.",
    "embedded": "yes for the profile of an eSIM.",
    "holder": "A personnel number; empty: nobody.",
    "iccid": "Required. 19 or 20 digits.",
    "imei": "15 digits.",
    "imei2": "15 digits, where there are two.",
    "kind": "Required: hands_free, case, charger, mount or other.",
    "line": "The phone number of a line in use.",
    "meid": "14 hexadecimal digits or 18 decimal ones.",
    "model": "Maker and name, or the model identifier, of a model that is in the catalogue.",
    "name": "Required.",
    "note": "Free text.",
    "number": "Required. Identifies the line.",
    "ownership": "city or personal; a personal device has no identifiers.",
    "plan": "As the carrier names it.",
    "platform": "ios, ipados, macos, android, windows or none; the model says it too.",
    "retired": "yes where it is out of use.",
    "serial": "The maker's serial number.",
    "status": "May be left empty: it follows from the holder, and a new line is active.",
    "udid": "As the maker's device management names it.",
    "wifi_mac": "12 hexadecimal digits.",
}


class EquipmentForm(RowsForm):
    """A CSV file or a workbook."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = (
            "A CSV file, or the first sheet of a workbook (.xlsx) without formulas, with a line"
            " of headings."
        )


class ImportEquipment(ImportRows):
    """Base of the four."""

    permit = EQUIPMENT_IMPORT
    form_class = EquipmentForm
    lead = "What is not in the file stays as it is. A column left out changes nothing."
    sort: ClassVar[Kind]

    def crumbs(self) -> Sequence[Crumb]:
        title = "SIMs" if self.sort is Kind.SIMS else self.sort.capitalize()
        return (Crumb(title, reverse(f"inventory:{self.sort}")),)

    def plan(self, content: bytes, name: str) -> Plan[Any]:  # noqa: ARG002 (its bytes tell)
        return plan_import(kind=self.sort, content=content, actor=self.actor)

    def apply(
        self,
        content: bytes,
        name: str,  # noqa: ARG002 (its bytes tell)
        *,
        shown: str,
        confirmed: frozenset[str],  # noqa: ARG002 (nothing to confirm)
    ) -> str:
        plan = import_equipment(
            kind=self.sort, content=content, shown=shown, actor=self.actor, at=self.at
        )
        return self.told(plan)


def _columns(kind: Kind) -> tuple[tuple[str, str], ...]:
    return tuple((name, _NOTES.get(name, "")) for name in layout_of(kind).fields)


class ImportDevices(ImportEquipment):
    """Devices, with their holders."""

    title = "Import devices"
    sort = Kind.DEVICES
    columns = _columns(Kind.DEVICES)

    def buttons(self) -> Sequence[Button]:
        return (
            Button("From Snipe-IT", "inventory:import-snipe-it", EQUIPMENT_IMPORT),
            Button("From GLPI", "inventory:import-glpi", EQUIPMENT_IMPORT),
        )


class ImportLines(ImportEquipment):
    """Lines."""

    title = "Import lines"
    sort = Kind.LINES
    columns = _columns(Kind.LINES)


class ImportSims(ImportEquipment):
    """SIMs, with their lines and devices."""

    title = "Import SIMs"
    sort = Kind.SIMS
    columns = _columns(Kind.SIMS)


class ImportAccessories(ImportEquipment):
    """Accessories, with their holders."""

    title = "Import accessories"
    sort = Kind.ACCESSORIES
    columns = _columns(Kind.ACCESSORIES)


class ImportForeign(ImportRows):
    """Base of the imports from other programs."""

    permit = EQUIPMENT_IMPORT
    form_class = EquipmentForm
    program: ClassVar[Program]

    def crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb("Devices", reverse("inventory:devices")),
            Crumb("Import devices", reverse("inventory:import-devices")),
        )

    def plan(self, content: bytes, name: str) -> Plan[Any]:  # noqa: ARG002 (its bytes tell)
        return plan_foreign(program=self.program, content=content, actor=self.actor, at=self.at)

    def apply(
        self,
        content: bytes,
        name: str,  # noqa: ARG002 (its bytes tell)
        *,
        shown: str,
        confirmed: frozenset[str],
    ) -> str:
        plan = import_foreign(
            program=self.program,
            content=content,
            shown=shown,
            confirmed=confirmed,
            actor=self.actor,
            at=self.at,
        )
        return self.told(plan)

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (a sentence)
        return reverse("inventory:devices")


class ImportSnipeIt(ImportForeign):
    """Assets of Snipe-IT."""

    title = "Import from Snipe-IT"
    lead = (
        "The list of assets as Snipe-IT exports it, or its custom asset report. People are found by"
        " employee number or e-mail address; custody begins at the checkout date."
    )
    program = Program.SNIPE_IT
    columns = (
        ("Asset Tag", "Identifies the device."),
        ("Serial", "A device that has it already is that device."),
        ("Model, Model No., Manufacturer, Category", "What is not in the catalogue is added."),
        ("Status", "Lost, repair and archived are understood; else the holder says it."),
        ("Checked Out To, Type", "What is not with a person is in stock."),
        ("Employee No., Email, Username", "One of them must find the holder."),
        ("Department, Company, Location", "Names or codes of departments."),
        ("Checkout Date, Purchased, Notes", "Custody begins at the checkout."),
        ("IMEI, IMEI 2, MEID, EID, MAC Address", "Custom fields."),
    )


class ImportGlpi(ImportForeign):
    """Computers and phones of GLPI."""

    title = "Import from GLPI"
    lead = (
        "A list of computers or phones as GLPI exports it as CSV, with “;” or “,”, in English."
        " People are found by administrative number or e-mail address."
    )
    program = Program.GLPI
    columns = (
        ("Inventory number, ID", "The tag; without a number it becomes GLPI- and the ID."),
        ("Serial number", "A device that has it already is that device."),
        ("Model, Product number, Manufacturer, Type", "What is not in the catalogue is added."),
        ("Status", "Lost, repair and retired are understood; else the user says it."),
        ("User, Administrative number, Emails", "One of them must find the holder."),
        ("Alternate username, Alternate username number", "Looked at too."),
        ("Group, Entity, Location", "Names or codes of departments; of a path the last part."),
        ("Startup date, Date of purchase, Comments", "Custody begins at the startup date."),
    )
