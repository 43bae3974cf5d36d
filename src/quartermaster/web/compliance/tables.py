from typing import Any

from django_tables2 import Column

from quartermaster.compliance.models import Finding
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

TONES = {
    "open": "info",
    "noticed": "warning",
    "overdue": "bad",
    "cured": "good",
    "excepted": "neutral",
    "withdrawn": "neutral",
}
GRAVE = {"serious": "bad", "high": "warning", "medium": "info", "low": "neutral"}
OUTCOMES = {
    "pass": ("Pass", "good"),
    "fail": ("Fail", "bad"),
    "unknown": ("Not known", "info"),
    "stale": ("Too old", "info"),
    "pending": ("On its way", "info"),
    "not_applicable": ("Not applicable", "neutral"),
    "excepted": ("Excepted", "neutral"),
}


class SeverityColumn(ChipColumn):
    """How grave a finding is, as a word of its own."""

    def render(self, value: Any, record: Any, bound_column: Any) -> str:
        return super().render(str(value).capitalize(), record, bound_column)


class FindingTable(Table):
    title = LinkColumn("compliance:finding", verbose_name="Finding")
    device = LinkColumn(
        "inventory:device",
        key="device_id",
        accessor="device__asset_tag",
        verbose_name="Device",
        order_by="device__asset_tag",
    )
    holder = LinkColumn(
        "org:person",
        key="holder_id",
        accessor="holder__name",
        verbose_name="Holder",
        order_by=("holder__family_name", "holder__given_name"),
    )
    department = Column(
        accessor="device__department__name",
        verbose_name="Department",
        order_by="device__department__name",
    )
    clause = Column(verbose_name="Clause")
    severity = SeverityColumn(GRAVE)
    state = ChipColumn(TONES)
    opened_at = WhenColumn(verbose_name="Seen")
    cure_until = WhenColumn(verbose_name="Put right by")
    observed = Column(verbose_name="What was seen", visible=False)  # in the CSV alone
    closed_at = WhenColumn(verbose_name="Settled", visible=False)

    class Meta(Table.Meta):
        model = Finding
        fields = ()
