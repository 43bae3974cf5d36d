from typing import Any

import django_tables2 as tables
from django.utils.html import format_html

from quartermaster.mdm.models import Command, Enrolment, Wake
from quartermaster.mdm.states import WakeOutcome
from quartermaster.web.marks import chip, when
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

ENROLMENTS = {"pending": "info", "enrolled": "good", "ended": "neutral"}
WAKES = {
    "delivered": "good",
    "gone": "bad",
    "elsewhere": "bad",
    "busy": "warning",
    "failed": "warning",
}
SECRET_STANDINGS = {"current": "good", "not confirmed": "warning", "replaced": "neutral"}
COMMANDS = {
    "queued": "info",
    "sent": "info",
    "deferred": "warning",
    "acknowledged": "good",
    "failed": "bad",
    "cancelled": "neutral",
    "expired": "warning",
}


class WokenColumn(tables.Column):
    """When a device was woken last, and how that went where it did not go well."""

    def render(self, value: Wake, table: Any) -> Any:
        shown = when(value.woken_at, getattr(table.request, "at", None))
        if value.outcome in {"", WakeOutcome.DELIVERED}:
            return shown
        words = "Cannot be woken" if value.cannot_since else value.get_outcome_display()
        return format_html("{} {}", chip(words, tone=WAKES[value.outcome]), shown)

    def value(self, value: Wake) -> str:
        return f"{value.woken_at.isoformat() if value.woken_at else ''} {value.outcome}".strip()


class EnrolmentTable(Table):
    device = LinkColumn(
        "inventory:device",
        key="device_id",
        accessor="device__asset_tag",
        order_by="device__asset_tag",
        verbose_name="Device",
    )
    holder = LinkColumn(
        "org:person",
        key="device__holder_id",
        accessor="device__holder__name",
        order_by=("device__holder__family_name", "device__holder__given_name"),
        verbose_name="Holder",
    )
    department = tables.Column(
        accessor="device__department__name",
        order_by="device__department__name",
        verbose_name="Department",
    )
    driver = tables.Column(verbose_name="Driver")
    way = tables.Column(accessor="get_way_display", order_by="way", verbose_name="How it came")
    state = ChipColumn(ENROLMENTS)
    enrolled_at = WhenColumn(verbose_name="Enrolled")
    last_seen_at = WhenColumn(verbose_name="Last seen")
    woken = WokenColumn(accessor="wake", order_by="wake__woken_at", verbose_name="Last woken")
    ended_at = WhenColumn(verbose_name="Ended")
    end_reason = tables.Column(verbose_name="Reason")

    class Meta(Table.Meta):
        model = Enrolment
        fields = ()


class CommandTable(Table):
    kind = LinkColumn("mdm:command", verbose_name="Command")
    device = LinkColumn(
        "inventory:device",
        key="enrolment__device_id",
        accessor="enrolment__device__asset_tag",
        order_by="enrolment__device__asset_tag",
        verbose_name="Device",
    )
    state = ChipColumn(COMMANDS)
    queued_at = WhenColumn(verbose_name="Queued")
    queued_by = tables.Column(verbose_name="By")
    sent_at = WhenColumn(verbose_name="Sent", visible=False)  # on its page, and in the file
    answered_at = WhenColumn(verbose_name="Answered")
    error = tables.Column(verbose_name="What went wrong")
    cancel = LinkColumn(
        "mdm:command-cancel",
        accessor="cancel_label",
        verbose_name="Action",
        orderable=False,
        exclude_from_export=True,
    )

    class Meta(Table.Meta):
        model = Command
        fields = ()
