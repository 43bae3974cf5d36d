from django_tables2 import Column

from quartermaster.records.models import Hold
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

HOLDS = {"open": "warning", "released": "neutral"}
KEEPERS = {"asked": "warning", "acknowledged": "good", "released": "neutral"}


class HoldTable(Table):
    number = LinkColumn("holds:hold", verbose_name="Hold")
    matter = Column(accessor="terms__matter", verbose_name="Matter", orderable=False)
    state = ChipColumn(HOLDS)
    people = Column(accessor="live_count", verbose_name="People", order_by="live_count")
    waiting = Column(
        accessor="asked_count", verbose_name="Not acknowledged", order_by="asked_count"
    )
    opened_at = WhenColumn(verbose_name="Opened")

    class Meta(Table.Meta):
        model = Hold
        fields = ()
