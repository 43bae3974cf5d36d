from django_tables2 import Column

from quartermaster.records.models import Announcement, Record
from quartermaster.web.marks import chip
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

RESIDUES = {"gone": "good", "stays": "warning", "held": "info"}
LEFT = {"gone": "Nothing left", "stays": "To be deleted", "held": "Stays, under notice"}
ANNOUNCED = {
    "pending": "warning",
    "transferred": "good",
    "lost": "bad",
    "withdrawn": "neutral",
}


class RecordTable(Table):
    number = LinkColumn("records:record", verbose_name="Record")
    about = Column(verbose_name="About")
    author = Column(
        accessor="author__name",
        verbose_name="Saved by",
        order_by=("author__family_name", "author__given_name"),
    )
    with_whom = Column(verbose_name="With")
    happened_on = WhenColumn(verbose_name="When it was")
    items_count = Column(verbose_name="Files")
    residue = ChipColumn(RESIDUES, verbose_name="On the device")
    saved_at = WhenColumn(verbose_name="Saved")

    def render_residue(self, record: Record) -> str:
        """In few words: the record's page has them in full."""
        return chip(LEFT[record.residue], tone=RESIDUES[record.residue])

    class Meta(Table.Meta):
        model = Record
        fields = ()


class AnnouncedTable(Table):
    about = LinkColumn("records:announced", verbose_name="What it is")
    person = Column(
        accessor="person__name",
        verbose_name="Holder",
        order_by=("person__family_name", "person__given_name"),
    )
    device = Column(accessor="device__asset_tag", verbose_name="Device")
    origin = Column(verbose_name="Announced")
    state = ChipColumn(ANNOUNCED)
    announced_at = WhenColumn(verbose_name="Since")
    reminders = Column(verbose_name="Reminders")

    class Meta(Table.Meta):
        model = Announcement
        fields = ()
