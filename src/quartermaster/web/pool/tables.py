from django_tables2 import Column

from quartermaster.lifecycle.models import Loan
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

TONES = {
    "reserved": "info",
    "lent": "good",
    "overdue": "bad",
    "returned": "neutral",
    "cancelled": "neutral",
    "no_show": "neutral",
}


class LoanTable(Table):
    hotspot = LinkColumn(
        "pool:loan", accessor="hotspot__label", verbose_name="Hot-spot", order_by="hotspot__label"
    )
    person = Column(
        accessor="person__name",
        verbose_name="Borrower",
        order_by=("person__family_name", "person__given_name"),
    )
    department = Column(accessor="department__name", verbose_name="Department")
    purpose = Column(verbose_name="For")
    starts_on = WhenColumn(verbose_name="From")
    ends_on = WhenColumn(verbose_name="Due back")
    state = ChipColumn(TONES)

    class Meta(Table.Meta):
        model = Loan
        fields = ()
