from django_tables2 import Column

from quartermaster.compliance.models import Case, Holiday
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

TONES = {
    "prepared": "warning",
    "dismissed": "neutral",
    "cured": "good",
    "withdrawn": "neutral",
    "referred": "warning",
    "acknowledged": "info",
    "decided": "info",
    "appealed": "warning",
    "closed": "neutral",
}


class CaseTable(Table):
    finding = LinkColumn(
        "cases:case", accessor="finding__title", verbose_name="Case", order_by="finding__title"
    )
    holder = Column(
        accessor="holder__name",
        verbose_name="Employee",
        order_by=("holder__family_name", "holder__given_name"),
    )
    device = Column(
        accessor="finding__device__asset_tag",
        verbose_name="Device",
        order_by="finding__device__asset_tag",
    )
    department = Column(accessor="department__name", verbose_name="Department")
    clause = Column(accessor="finding__clause", verbose_name="Clause")
    trigger = Column(verbose_name="Why")
    state = ChipColumn(TONES)
    prepared_at = WhenColumn(verbose_name="Prepared")
    due_at = WhenColumn(verbose_name="Next step by")

    class Meta(Table.Meta):
        model = Case
        fields = ()


class HolidayTable(Table):
    day = Column(verbose_name="Day")
    name = Column(verbose_name="Holiday")
    remove = LinkColumn(
        "cases:calendar-remove", empty_values=(), orderable=False, verbose_name="Change"
    )

    def render_remove(self, record: Holiday) -> str:
        column: LinkColumn = self.columns["remove"].column
        return column.render("Remove", record)

    class Meta(Table.Meta):
        model = Holiday
        fields = ()
