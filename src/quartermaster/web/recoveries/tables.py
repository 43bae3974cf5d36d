from django_tables2 import Column

from quartermaster.lifecycle.models import Recovery
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

TONES = {
    "announced": "info",
    "open": "warning",
    "demanded": "warning",
    "with_attorney": "bad",
    "closed": "good",
    "cancelled": "neutral",
}
OWED_TONES = {
    "due": "warning",
    "let_go_asked": "warning",
    "settled": "good",
    "let_go": "neutral",
}


class RecoveryTable(Table):
    person = LinkColumn(
        "recoveries:recovery",
        accessor="person__name",
        verbose_name="Person",
        order_by=("person__family_name", "person__given_name"),
    )
    department = Column(accessor="department__name", verbose_name="Department")
    separated_on = WhenColumn(verbose_name="Last day")
    state = ChipColumn(TONES)
    things_due = Column(verbose_name="Things due")
    opened_at = WhenColumn(verbose_name="Opened")

    class Meta(Table.Meta):
        model = Recovery
        fields = ()
