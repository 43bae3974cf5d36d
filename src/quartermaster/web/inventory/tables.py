from typing import Any

import django_tables2 as tables

from quartermaster.inventory.identifiers import pretty_number
from quartermaster.inventory.models import Accessory, Device, DeviceModel, Line, Platform, Sim
from quartermaster.web.pages import ChipColumn, LinkColumn, NumberColumn, Table, WhenColumn

STATUS_TONES = {
    "assigned": "good",
    "in_stock": "neutral",
    "lost": "bad",
    "in_repair": "warning",
    "retired": "neutral",
}
LINE_TONES = {
    "active": "good",
    "ordered": "info",
    "suspended": "warning",
    "cancelled": "neutral",
    "ported": "neutral",
}


class PlatformColumn(tables.Column):
    """A platform; a dash where the thing has none, in the CSV its word."""

    def render(self, value: str, record: Any) -> str:
        return "—" if record.platform == Platform.NONE else value

    def value(self, value: str) -> str:
        return value


def _holder() -> LinkColumn:
    return LinkColumn(
        "org:person",
        key="holder_id",
        verbose_name="Holder",
        accessor="holder__name",
        order_by=("holder__family_name", "holder__given_name"),
    )


def _department() -> tables.Column:
    return tables.Column(
        verbose_name="Department", accessor="department__name", order_by="department__name"
    )


def _shown(name: str, title: str) -> tables.Column:
    return tables.Column(verbose_name=title, accessor=f"get_{name}_display", order_by=name)


class DeviceTable(Table):
    asset_tag = LinkColumn("inventory:device", verbose_name="Asset tag")
    model = tables.Column(verbose_name="Model", order_by=("model__manufacturer", "model__name"))
    device_class = _shown("device_class", "Class")
    platform = PlatformColumn(
        verbose_name="Platform", accessor="get_platform_display", order_by="platform"
    )
    ownership = _shown("ownership", "Ownership")
    holder = _holder()
    department = _department()
    status = ChipColumn(STATUS_TONES)
    confirmed_at = WhenColumn(verbose_name="Last confirmed")
    holder_number = tables.Column(
        accessor="holder__number", verbose_name="Holder's number", visible=False
    )  # in the CSV alone, as are those below
    serial = tables.Column(verbose_name="Serial number", visible=False)
    imei = tables.Column(verbose_name="IMEI", visible=False)
    imei2 = tables.Column(verbose_name="Second IMEI", visible=False)
    acquired_on = WhenColumn(verbose_name="Acquired on", visible=False)

    class Meta(Table.Meta):
        model = Device
        fields = ()


class HotspotTable(Table):
    asset_tag = LinkColumn("inventory:device", verbose_name="Asset tag")
    model = tables.Column(verbose_name="Model", order_by=("model__manufacturer", "model__name"))
    line = tables.Column(empty_values=(), orderable=False, verbose_name="Line")
    line_status = tables.Column(empty_values=(), orderable=False, verbose_name="Line is")
    holder = _holder()
    department = _department()
    status = ChipColumn(STATUS_TONES)

    class Meta(Table.Meta):
        model = Device
        fields = ()

    @staticmethod
    def _line(record: Any) -> Line | None:
        return next((sim.line for sim in record.sims.all() if sim.line), None)

    def render_line(self, record: Any) -> str:
        line = self._line(record)
        return pretty_number(line.number) if line else "—"

    def value_line(self, record: Any) -> str:
        line = self._line(record)
        return line.number if line else ""

    def render_line_status(self, record: Any) -> str:
        line = self._line(record)
        return line.get_status_display() if line else "—"

    def value_line_status(self, record: Any) -> str:
        line = self._line(record)
        return line.status if line else ""


class LineTable(Table):
    number = NumberColumn("inventory:line", verbose_name="Number")
    carrier = tables.Column()
    plan = tables.Column()
    holder = _holder()
    department = _department()
    status = ChipColumn(LINE_TONES)
    account = tables.Column(visible=False)
    activated_on = WhenColumn(verbose_name="Activated on", visible=False)

    class Meta(Table.Meta):
        model = Line
        fields = ()


class SimTable(Table):
    iccid = LinkColumn("inventory:sim", verbose_name="ICCID")
    carrier = tables.Column()
    embedded = tables.BooleanColumn(verbose_name="eSIM", yesno="yes,no")
    line = NumberColumn("inventory:line", key="line_id", accessor="line__number")
    device = LinkColumn("inventory:device", key="device_id", accessor="device__asset_tag")
    retired = tables.BooleanColumn(yesno="yes,no")

    class Meta(Table.Meta):
        model = Sim
        fields = ()


class AccessoryTable(Table):
    asset_tag = LinkColumn("inventory:accessory", verbose_name="Asset tag")
    kind = _shown("kind", "Kind")
    name = tables.Column()
    holder = _holder()
    department = _department()
    retired = tables.BooleanColumn(yesno="yes,no")

    class Meta(Table.Meta):
        model = Accessory
        fields = ()


class ModelTable(Table):
    manufacturer = tables.Column()
    name = tables.Column()
    identifier = tables.Column(verbose_name="Model identifier")
    device_class = _shown("device_class", "Class")
    platform = PlatformColumn(
        verbose_name="Platform", accessor="get_platform_display", order_by="platform"
    )
    capabilities = tables.Column(orderable=False)

    class Meta(Table.Meta):
        model = DeviceModel
        fields = ()

    def render_capabilities(self, value: list[str]) -> str:
        return ", ".join(value) or "—"
