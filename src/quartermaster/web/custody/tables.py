"""Tables and tones of counts and confirmations."""

import django_tables2 as tables

from quartermaster.inventory.models import Confirmation, StockCount
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

COUNTS = {"open": "info", "counted": "warning", "signed": "good", "cancelled": "neutral"}
SEEN = {
    "expected": "info",
    "found": "good",
    "missing": "bad",
    "unexpected": "warning",
    "unknown": "warning",
}
CONFIRMATIONS = {"asked": "info", "overdue": "bad", "answered": "good", "moot": "neutral"}


class CountTable(Table):
    department = LinkColumn("custody:count", accessor="department__name", verbose_name="Department")
    place = tables.Column()
    opened_at = WhenColumn(verbose_name="Opened")
    opened_by = tables.Column(verbose_name="By")
    state = ChipColumn(COUNTS)
    signed_by = tables.Column(verbose_name="Signed off by")

    class Meta(Table.Meta):
        model = StockCount
        fields = ()


class ConfirmationTable(Table):
    device = LinkColumn("inventory:device", key="device_id", accessor="device__asset_tag")
    holder = tables.Column(accessor="holder__name", orderable=False)
    department = tables.Column(accessor="device__department__name", verbose_name="Department")
    asked_at = WhenColumn(verbose_name="Asked")
    state = ChipColumn(CONFIRMATIONS)
    answer = tables.Column(accessor="get_answer_display", order_by="answer")
    note = tables.Column(orderable=False)
    answered_at = WhenColumn(verbose_name="Answered")

    class Meta(Table.Meta):
        model = Confirmation
        fields = ()
