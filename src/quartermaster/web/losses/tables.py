from django_tables2 import Column

from quartermaster.lifecycle.models import Loss
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

TONES = {
    "searching": "bad",
    "erasing": "warning",
    "erased": "info",
    "unconfirmed": "bad",
    "found": "good",
    "found_late": "warning",
    "written_off": "neutral",
    "closed": "neutral",
    "damaged": "warning",
    "in_repair": "info",
    "repaired": "good",
    "beyond_repair": "neutral",
}


class LossTable(Table):
    device = LinkColumn(
        "losses:loss",
        accessor="device__asset_tag",
        verbose_name="Device",
        order_by="device__asset_tag",
    )
    kind = Column(verbose_name="What")
    state = ChipColumn(TONES)
    held_by = Column(
        accessor="held_by__name",
        verbose_name="Held by",
        order_by=("held_by__family_name", "held_by__given_name"),
    )
    department = Column(accessor="department__name", verbose_name="Department")
    happened_at = WhenColumn(verbose_name="Since")
    reported_at = WhenColumn(verbose_name="Reported")

    class Meta(Table.Meta):
        model = Loss
        fields = ()
