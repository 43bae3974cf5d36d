from django_tables2 import Column

from quartermaster.kernel.money import dollars
from quartermaster.usage.models import (
    CarrierFile,
    Difference,
    ImportedPart,
    ProfileVersion,
    RefusedRow,
)
from quartermaster.usage.rules.fields import Family
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

FILE_TONES = {
    "received": "info",
    "reading": "info",
    "imported": "good",
    "refused": "bad",
    "stopped": "bad",
}
PART_TONES = {"in_force": "good", "superseded": "neutral"}
DIFFERENCE_TONES = {"open": "bad", "assigned": "warning", "resolved": "good", "gone": "neutral"}


class MoneyColumn(Column):
    """Cents as dollars."""

    def render(self, value: int) -> str:
        return dollars(value)

    def value(self, value: int) -> str:
        return dollars(value)


class CountColumn(Column):
    """A count, with commas between thousands; a sheet has the bare number."""

    def render(self, value: int) -> str:
        return f"{value:,}"

    def value(self, value: int) -> int:
        return value


class FileTable(Table):
    name = LinkColumn("imports:file", verbose_name="File")
    received_at = WhenColumn(verbose_name="Came")
    way = Column(verbose_name="How")
    received_label = Column(verbose_name="By")
    state = ChipColumn(FILE_TONES)
    taken_rows = CountColumn(verbose_name="Rows taken")
    left_rows = CountColumn(verbose_name="Not taken")
    said = Column(verbose_name="What became of it", orderable=False)

    class Meta(Table.Meta):
        model = CarrierFile
        fields = ()


class PartTable(Table):
    cycle_until = LinkColumn("imports:file", key="file_id", verbose_name="Cycle until")
    carrier = Column(verbose_name="Carrier")
    account = Column(verbose_name="Account")
    family = Column(verbose_name="What")
    rows = CountColumn(verbose_name="Rows")
    refused = CountColumn(verbose_name="Not taken")
    cents = MoneyColumn(verbose_name="Charges")
    state = ChipColumn(PART_TONES)
    taken_at = WhenColumn(verbose_name="Imported")

    class Meta(Table.Meta):
        model = ImportedPart
        fields = ()


class RefusedTable(Table):
    file = LinkColumn("imports:file", key="file_id", verbose_name="File", order_by="file__name")
    name = Column(verbose_name="Where")
    row = Column(verbose_name="Row")
    family = Column(verbose_name="What")
    reason = Column(verbose_name="Why")
    text = Column(verbose_name="As it stands there", orderable=False, empty_values=())

    def render_text(self, value: str, record: RefusedRow) -> str:
        return value or ("Sealed" if Family(record.family).is_detail else "—")

    def value_text(self, value: str) -> str:
        return value

    class Meta(Table.Meta):
        model = RefusedRow
        fields = ()


class DifferenceTable(Table):
    number = LinkColumn("imports:difference", verbose_name="Line", empty_values=())
    carrier = Column(verbose_name="Carrier")
    account = Column(verbose_name="Account")
    cycle_until = WhenColumn(verbose_name="Cycle until")
    stated_cents = MoneyColumn(verbose_name="Its own total")
    read_cents = MoneyColumn(verbose_name="Its charges")
    difference = MoneyColumn(accessor="cents", orderable=False, verbose_name="Difference")
    state = ChipColumn(DIFFERENCE_TONES)
    assigned_to = Column(verbose_name="With", order_by="assigned_to__family_name")

    def render_number(self, value: str, record: Difference) -> str:
        column: LinkColumn = self.columns["number"].column
        return LinkColumn.render(column, value or "The account", record)

    class Meta(Table.Meta):
        model = Difference
        fields = ()


class ProfileTable(Table):
    title = LinkColumn("imports:profile", verbose_name="Profile")
    key = Column(verbose_name="Short name")
    number = Column(verbose_name="Version")
    note = Column(verbose_name="What changed", orderable=False)
    made_label = Column(verbose_name="By")
    made_at = WhenColumn(verbose_name="Made")
    adopted_at = WhenColumn(verbose_name="In use since")

    class Meta(Table.Meta):
        model = ProfileVersion
        fields = ()
