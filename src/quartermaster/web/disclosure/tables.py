from datetime import datetime

from django_tables2 import Column

from quartermaster.disclosure.models import RecordsRequest
from quartermaster.web.marks import when
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

STATES = {
    "received": "bad",
    "collecting": "warning",
    "reviewing": "info",
    "answered": "good",
    "withdrawn": "neutral",
}
DECISIONS = {"pending": "warning", "release": "good", "redact": "info", "withhold": "bad"}
SEARCHES = {"asked": "warning", "attested": "good", "passed": "neutral"}


class RequestTable(Table):
    number = LinkColumn("disclosure:request", verbose_name="Request")
    kind = Column(verbose_name="Kind")
    state = ChipColumn(STATES)
    assigned_to = Column(
        accessor="assigned_to__name",
        verbose_name="With",
        order_by=("assigned_to__family_name", "assigned_to__given_name"),
    )
    received_at = WhenColumn(verbose_name="Received")
    answer_by = WhenColumn(verbose_name="Answer due")
    outcome = Column(verbose_name="Outcome")

    def render_answer_by(self, value: datetime, record: RecordsRequest) -> str:
        """Nothing is due of what is closed."""
        return "—" if record.closed_at else when(value, getattr(self.request, "at", None))

    class Meta(Table.Meta):
        model = RecordsRequest
        fields = ()
