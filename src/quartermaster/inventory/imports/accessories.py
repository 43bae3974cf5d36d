"""The file of accessories (G-6)."""

from typing import Annotated, Any

from pydantic import Field

from quartermaster.inventory.imports.common import Held, Places, Settled, choice, final, settle
from quartermaster.inventory.models import Accessory, AccessoryKind, Device
from quartermaster.inventory.rules.details import AssetTag, ModelName
from quartermaster.kernel.imports import (
    ImportRow,
    Layout,
    Plan,
    Row,
    RowError,
    Table,
    draw_up,
    read_rows,
)
from quartermaster.org.rules.details import Code, Number


class AccessoryRow(ImportRow):
    """One accessory; ``department`` is a code, ``holder`` a personnel number."""

    asset_tag: AssetTag
    kind: Annotated[AccessoryKind, choice(AccessoryKind, headset="hands_free")]
    name: ModelName
    department: Code | None = None
    holder: Number | None = Field(None, title="holder")
    retired: bool = False


ACCESSORIES = Layout(
    "inventory.accessories",
    "accessories",
    AccessoryRow,
    "asset_tag",
    aliases={
        "Tag": "asset_tag",
        "Asset number": "asset_tag",
        "Type": "kind",
        "Description": "name",
        "Department code": "department",
        "Personnel number": "holder",
        "Employee number": "holder",
        "Assigned to": "holder",
    },
)


class Ledger:
    """The accessories that the house holds, and the tags of its devices."""

    def __init__(self) -> None:
        self.places = Places()
        rows = Accessory.objects.select_related("department", "holder")
        self.accessories: dict[str, Held] = {r.asset_tag: _held(r) for r in rows.iterator(2000)}
        self.tags = set(Device.objects.values_list("asset_tag", flat=True))

    def decide(self, row: Row[AccessoryRow]) -> Settled:
        held = self.accessories.get(row.key)
        values, errors = self.places.settle(row, held)
        if row.key in self.tags:
            errors.append(RowError(row.line, "asset tag", "is that of a device already."))
        if final(row, held, "retired") and values["holder"]:
            message = "an accessory that is retired is with nobody."
            errors.append(RowError(row.line, "holder", message))
        if held is not None and held["retired"] and not final(row, held, "retired"):
            message = "an accessory that is retired stays so."
            errors.append(RowError(row.line, "retired", message))
        return values, errors


def plan_of(table: Table) -> Plan[AccessoryRow]:
    """What the file would change, against the accessories as they are now."""
    ledger = Ledger()
    reading, errors = settle(read_rows(ACCESSORIES, table), ledger.decide)
    held = ledger.accessories
    expected = {tag for tag, known in held.items() if not known["retired"]}
    return draw_up(reading, held, errors=errors, expected=expected)


def _held(accessory: Accessory) -> dict[str, Any]:
    return {
        **{name: getattr(accessory, name) for name in ACCESSORIES.fields},
        "department": accessory.department.code,
        "holder": accessory.holder.number if accessory.holder else None,
    }
