from django_tables2 import Column

from quartermaster.audit.models import Entry
from quartermaster.web.pages import LinkColumn, Table, WhenColumn


class EntryTable(Table):
    seq = LinkColumn("audit:entry", verbose_name="Entry")
    at = WhenColumn(full=True, verbose_name="When")
    tag = Column(verbose_name="What")
    actor_label = Column(verbose_name="Who")
    subject_kind = Column(verbose_name="Kind of thing")
    subject_id = Column(verbose_name="Thing", orderable=False)

    class Meta:
        model = Entry
        fields = ("seq", "at", "tag", "actor_label", "subject_kind", "subject_id")
