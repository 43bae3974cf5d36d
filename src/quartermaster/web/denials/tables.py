from django_tables2 import Column

from quartermaster.lifecycle.models import Denial
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

TONES = {"open": "bad", "reported": "warning", "moved": "good", "explained": "good"}


class DenialTable(Table):
    device = LinkColumn(
        "denials:denial",
        accessor="device__asset_tag",
        verbose_name="Device",
        order_by="device__asset_tag",
    )
    holder = Column(
        accessor="holder__name",
        verbose_name="On record with",
        order_by=("holder__family_name", "holder__given_name"),
    )
    department = Column(accessor="department__name", verbose_name="Department")
    state = ChipColumn(TONES)
    opened_at = WhenColumn(verbose_name="Denied")
    due_at = WhenColumn(verbose_name="Due")

    class Meta(Table.Meta):
        model = Denial
        fields = ()
