from datetime import datetime
from functools import cached_property

from django_tables2 import Column

from quartermaster.records import retention
from quartermaster.records.models import DisposalBatch, Retained
from quartermaster.web.marks import when
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

STANDINGS = {"kept": "neutral", "in_review": "warning", "destroyed": "info"}
BATCHES = {
    "review": "warning",
    "approved": "warning",
    "waiting": "info",
    "executing": "bad",
    "done": "info",
    "certified": "good",
    "stopped": "neutral",
}
ENTRIES = {"listed": "warning", "kept_out": "good", "kept": "good", "destroyed": "info"}
SCHEDULES = {
    "draft": "warning",
    "in_force": "good",
    "superseded": "neutral",
    "withdrawn": "neutral",
}


class RetainedTable(Table):
    label = LinkColumn("retention:thing", verbose_name="What")
    series = Column(verbose_name="Series")
    set_by = Column(verbose_name="Put there")
    made_on = WhenColumn(verbose_name="Made")
    happened_on = WhenColumn(verbose_name="Event")
    due_on = WhenColumn(full=True, verbose_name="Kept until")
    standing = ChipColumn(STANDINGS)

    @cached_property
    def titles(self) -> dict[str, str]:
        terms = retention.terms_of(retention.in_force())
        return {code: row.title for code, row in terms.items()}

    def render_series(self, value: str) -> str:
        """As the schedule in force names it; the code of one that it knows no longer."""
        return self.titles.get(value, value)

    class Meta(Table.Meta):
        model = Retained
        fields = ()


class BatchTable(Table):
    number = LinkColumn("retention:batch", verbose_name="Batch")
    series = Column(accessor="terms__title", verbose_name="Series")
    disposition = Column(accessor="terms__get_disposition_display", orderable=False)
    state = ChipColumn(BATCHES)
    going = Column(accessor="going_count", verbose_name="To go", order_by="going_count")
    staying = Column(accessor="staying_count", verbose_name="Stays", order_by="staying_count")
    made_at = WhenColumn(verbose_name="Made")
    waits_until = WhenColumn(verbose_name="Waits until")

    def render_waits_until(self, value: datetime, record: DisposalBatch) -> str:
        """Only what waits has a time until which it does."""
        return "—" if record.begun_at else when(value, getattr(self.request, "at", None))

    class Meta(Table.Meta):
        model = DisposalBatch
        fields = ()
