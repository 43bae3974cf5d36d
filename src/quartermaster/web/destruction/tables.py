import django_tables2 as tables

from quartermaster.mdm.models import DestructiveRequest
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

STATES = {
    "requested": "warning",
    "waiting": "warning",
    "blocked": "bad",
    "released": "info",
    "confirmed": "good",
    "unconfirmed": "bad",
    "refused": "neutral",
    "stopped": "neutral",
    "expired": "neutral",
}
TARGETS = {
    "pending": "info",
    "released": "info",
    "confirmed": "good",
    "unconfirmed": "bad",
    "withdrawn": "neutral",
}


class RequestTable(Table):
    kind = LinkColumn("destruction:request", verbose_name="What")
    devices = tables.Column(accessor="devices_count", verbose_name="Devices")
    state = ChipColumn(STATES)
    requester = LinkColumn(
        "org:person",
        key="requester_id",
        accessor="requester__name",
        order_by=("requester__family_name", "requester__given_name"),
        verbose_name="Asked by",
    )
    second = LinkColumn(
        "org:person",
        key="approval.approver_id",
        accessor="approval__approver__name",
        order_by=("approval__approver__family_name", "approval__approver__given_name"),
        verbose_name="Second person",
    )
    requested_at = WhenColumn(verbose_name="Asked")
    due_at = WhenColumn(verbose_name="Due")
    closed_at = WhenColumn(verbose_name="Closed")
    reason = tables.Column(verbose_name="Reason")

    class Meta(Table.Meta):
        model = DestructiveRequest
        fields = ()
