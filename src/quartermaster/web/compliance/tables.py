from django_tables2 import Column

from quartermaster.compliance.models import Finding
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

TONES = {"open": "bad", "noticed": "warning", "overdue": "bad", "cured": "good"}


class FindingTable(Table):
    title = LinkColumn("compliance:finding", verbose_name="Finding")
    state = ChipColumn(TONES)
    severity = Column()
    clause = Column()
    device = Column(order_by="device__asset_tag")
    holder = Column(order_by="holder__family_name")
    opened_at = WhenColumn(verbose_name="Seen first")
    cure_until = WhenColumn(verbose_name="To be put right by")

    class Meta:
        model = Finding
        fields = (
            "title",
            "state",
            "severity",
            "clause",
            "device",
            "holder",
            "opened_at",
            "cure_until",
        )
