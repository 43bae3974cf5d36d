import django_tables2 as tables

from quartermaster.billing.models import CarrierAccess, LineOrder
from quartermaster.inventory import carriers
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

TONES = {
    "asked": "info",
    "sent": "warning",
    "overdue": "bad",
    "confirmed": "good",
    "refused": "bad",
    "cancelled": "neutral",
}


class LineOrderTable(Table):
    kind = LinkColumn("line_orders:order", verbose_name="What is asked")
    line = tables.Column(verbose_name="Line")
    carrier = tables.Column(accessor="line__carrier", verbose_name="Carrier")
    state = ChipColumn(TONES)
    reason = tables.Column()
    asked_at = WhenColumn(verbose_name="Asked")
    due_at = WhenColumn(verbose_name="Next step")
    done_at = WhenColumn(verbose_name="Done by the carrier")

    class Meta(Table.Meta):
        model = LineOrder
        fields = ()


class CarrierTable(Table):
    carrier = LinkColumn("line_orders:carrier")
    account = tables.Column()
    adapter = tables.Column(verbose_name="How it is reached")
    contact = tables.Column(verbose_name="Letters go to")
    trouble = tables.Column(verbose_name="Last trouble")

    def render_adapter(self, value: str) -> str:
        return carriers.adapter(value).title if carriers.known(value) else value

    class Meta(Table.Meta):
        model = CarrierAccess
        fields = ()
