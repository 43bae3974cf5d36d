import django_tables2 as tables

from quartermaster.lifecycle.models import AwaitedEnrolment, Handover
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

TONES = {
    "prepared": "warning",
    "signed": "good",
    "partly": "info",
    "refused": "bad",
    "cancelled": "neutral",
    "expired": "neutral",
}


class HandoverTable(Table):
    number = LinkColumn("handover:handout", verbose_name="Hand-out")
    holder = tables.Column(
        accessor="holder__name",
        verbose_name="For",
        order_by=("holder__family_name", "holder__given_name"),
    )
    department = tables.Column(accessor="department__name", verbose_name="Department")
    things = tables.Column(empty_values=(), orderable=False, verbose_name="Things")
    state = ChipColumn(TONES)
    prepared_at = WhenColumn(verbose_name="Made ready")
    closed_at = WhenColumn(verbose_name="Over")

    class Meta(Table.Meta):
        model = Handover
        fields = ()

    def render_things(self, record: Handover) -> str:
        return ", ".join(str(item) for item in record.items.all())

    value_things = render_things


class AwaitedTable(Table):
    device = LinkColumn("inventory:device", key="device_id", verbose_name="Device")
    holder = tables.Column(accessor="item__handover__holder__name", verbose_name="With")
    reason = tables.Column(verbose_name="Why it went out", orderable=False)
    until = WhenColumn(verbose_name="To be enrolled by")
    reminders = tables.Column(verbose_name="Asked after")

    class Meta(Table.Meta):
        model = AwaitedEnrolment
        fields = ()
