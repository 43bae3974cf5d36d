import django_tables2 as tables

from quartermaster.usage.models import DetailRequest
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

TONES = {
    "asked": "warning",
    "granted": "good",
    "declined": "bad",
    "withdrawn": "neutral",
    "ended": "neutral",
}


class DetailRequestTable(Table):
    person = LinkColumn("detail_requests:request", verbose_name="About")
    asked_by = tables.Column(verbose_name="Asked by")
    since_on = WhenColumn(verbose_name="From")
    until_on = WhenColumn(verbose_name="To")
    category = tables.Column(verbose_name="Kind of reason")
    state = ChipColumn(TONES)
    asked_at = WhenColumn(verbose_name="Asked")
    expires_at = WhenColumn(verbose_name="Open until")

    class Meta(Table.Meta):
        model = DetailRequest
        fields = ()
