from django_tables2 import Column

from quartermaster.lifecycle.models import Request, SecondDevice
from quartermaster.lifecycle.request_permits import SECOND_AUTHORISE
from quartermaster.web.guard import may_open
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

TONES = {
    "asked": "warning",
    "recommended": "warning",
    "authorised": "info",
    "fulfilled": "good",
    "declined": "neutral",
    "refused": "bad",
    "withdrawn": "neutral",
    "expired": "neutral",
}
ITEM_TONES = {
    "asked": "neutral",
    "reserved": "info",
    "to_order": "warning",
    "ordered": "info",
    "fulfilled": "good",
    "dropped": "neutral",
}


class RequestTable(Table):
    person = LinkColumn(
        "requests:request",
        accessor="person__name",
        verbose_name="For",
        order_by=("person__family_name", "person__given_name"),
    )
    items = Column(empty_values=(), orderable=False, verbose_name="What")
    department = Column(accessor="department__name", verbose_name="Department")
    state = ChipColumn(TONES)
    asked_at = WhenColumn(verbose_name="Asked")
    wanted_from = WhenColumn(verbose_name="Wanted from")
    due_at = WhenColumn(verbose_name="Next step by")

    def render_items(self, record: Request) -> str:
        return ", ".join(str(item) for item in record.items.all())

    def value_items(self, record: Request) -> str:
        return self.render_items(record)

    class Meta(Table.Meta):
        model = Request
        fields = ()


class SecondTable(Table):
    person = Column(
        accessor="person__name",
        verbose_name="Person",
        order_by=("person__family_name", "person__given_name"),
    )
    device_class = Column(verbose_name="Second device")
    reason = Column(verbose_name="Why")
    alternatives = Column(orderable=False, verbose_name="What was looked at")
    authorised_by = Column(
        accessor="authorised_by__name",
        verbose_name="Authorised by",
        order_by=("authorised_by__family_name", "authorised_by__given_name"),
    )
    until = WhenColumn(verbose_name="Until")
    end = LinkColumn("requests:second-end", empty_values=(), orderable=False, verbose_name="Change")

    def render_alternatives(self, value: list[dict[str, str]]) -> str:
        return " · ".join(f"{item['title']}: {item['found']}" for item in value)

    def render_end(self, record: SecondDevice) -> str:
        if record.ended_at is not None:
            return f"Ended: {record.ending_reason}"
        if not may_open(self.request.actor, SECOND_AUTHORISE):
            return "—"
        column: LinkColumn = self.columns["end"].column
        return column.render("End it", record)

    class Meta(Table.Meta):
        model = SecondDevice
        fields = ()
