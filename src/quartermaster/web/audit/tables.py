from django.utils.html import format_html
from django.utils.text import capfirst
from django_tables2 import Column

from quartermaster.audit.models import Entry
from quartermaster.web.marks import deed
from quartermaster.web.pages import LinkColumn, Table, WhenColumn


class DeedColumn(Column):
    """What was done in words, and the tag by which it is looked for; the tag in CSV."""

    def render(self, value: str) -> str:
        return format_html("{}<br><code>{}</code>", capfirst(deed(value)), value)

    def value(self, value: str) -> str:
        return value


class EntryTable(Table):
    seq = LinkColumn("audit:entry", verbose_name="Entry")
    at = WhenColumn(full=True, verbose_name="When")
    tag = DeedColumn(verbose_name="What")
    actor_label = Column(verbose_name="Who")
    subject_kind = Column(verbose_name="Kind of thing")
    subject_id = Column(verbose_name="Thing", orderable=False)

    class Meta:
        model = Entry
        fields = ("seq", "at", "tag", "actor_label", "subject_kind", "subject_id")
