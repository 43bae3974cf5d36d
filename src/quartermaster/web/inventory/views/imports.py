"""Import pages: upload, look at what would change, confirm exactly that."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.urls import reverse

from quartermaster.inventory.actions import Kind, import_equipment, layout_of, plan_import
from quartermaster.inventory.permits import EQUIPMENT_IMPORT
from quartermaster.kernel.imports import Plan
from quartermaster.web.org.views.imports import ImportRows, RowsForm
from quartermaster.web.pages import Crumb

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
