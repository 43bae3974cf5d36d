import django_tables2 as tables

from quartermaster.mdm.models import DeviceSoftware, LicencePool, Software
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

STATES = {
    "wanted": "info",
    "licensed": "info",
    "sent": "info",
    "prompting": "warning",
    "installing": "info",
    "installed": "good",
    "declined": "warning",
    "failed": "bad",
    "removing": "info",
    "removed": "neutral",
}


class SoftwareTable(Table):
    title = LinkColumn("applications:one", verbose_name="Application")
    identifier = tables.Column(verbose_name="Identifier")
    source = tables.Column(accessor="get_source_display", order_by="source", verbose_name="From")
    installed = tables.Column(verbose_name="Installed")
    targeted = tables.Column(verbose_name="Devices")
    troubled = tables.Column(verbose_name="In trouble")
    decided_at = WhenColumn(verbose_name="Decided")
    decided_by = tables.Column(verbose_name="By")

    class Meta(Table.Meta):
        model = Software
        fields = ()


class OnDeviceTable(Table):
    software = LinkColumn(
        "applications:one",
        key="software_id",
        accessor="software__title",
        order_by="software__title",
        verbose_name="Application",
    )
    device = LinkColumn(
        "inventory:device",
        key="device_id",
        accessor="device__asset_tag",
        order_by="device__asset_tag",
        verbose_name="Device",
    )
    department = tables.Column(
        accessor="device__department__name",
        order_by="device__department__name",
        verbose_name="Department",
    )
    state = ChipColumn(STATES)
    origin = tables.Column(accessor="get_origin_display", order_by="origin", verbose_name="Why")
    version = tables.Column(
        accessor="package__version", order_by="package__version", verbose_name="Version"
    )
    changed_at = WhenColumn(verbose_name="Since")
    reason = tables.Column(verbose_name="What is said of it")
    again = LinkColumn(
        "applications:again",
        accessor="again_label",
        verbose_name="Action",
        orderable=False,
        exclude_from_export=True,
    )

    class Meta(Table.Meta):
        model = DeviceSoftware
        fields = ()


class PoolTable(Table):
    title = tables.Column(verbose_name="Product")
    store_id = tables.Column(verbose_name="Number")
    identifier = tables.Column(verbose_name="Identifier")
    total = tables.Column(verbose_name="Owned")
    assigned = tables.Column(verbose_name="In use")
    available = tables.Column(verbose_name="Left")
    wanted = tables.Column(verbose_name="Waiting")
    foreign = tables.Column(verbose_name="By others")
    short_since = WhenColumn(verbose_name="Short since")

    def render_total(self, record: LicencePool) -> str:
        return "Unlimited" if record.unlimited else str(record.total)

    def render_available(self, record: LicencePool) -> str:
        return "—" if record.unlimited else str(record.available)

    class Meta(Table.Meta):
        model = LicencePool
        fields = ()
