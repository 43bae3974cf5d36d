from django_tables2 import Column

from quartermaster.inventory.models import Device
from quartermaster.lifecycle.models import Return, Sanitisation
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

RETURNS = {"expected": "info", "received": "good", "cancelled": "neutral"}
RECORDS = {"done": "warning", "verified": "good", "failed": "bad"}


class ReturnTable(Table):
    device = LinkColumn(
        "returns:return",
        accessor="device__asset_tag",
        verbose_name="Device",
        order_by="device__asset_tag",
    )
    holder = Column(
        accessor="holder__name",
        verbose_name="From",
        order_by=("holder__family_name", "holder__given_name"),
    )
    department = Column(accessor="department__name", verbose_name="Department")
    reason = Column(verbose_name="Why")
    state = ChipColumn(RETURNS)
    due_at = WhenColumn(verbose_name="Due")
    closed_at = WhenColumn(verbose_name="Over")

    class Meta(Table.Meta):
        model = Return
        fields = ()


class QuarantineTable(Table):
    asset_tag = LinkColumn("returns:sanitise", verbose_name="Device")
    model = Column(accessor="model__name", verbose_name="Model")
    device_class = Column(verbose_name="Class")
    department = Column(accessor="department__name", verbose_name="Department")

    class Meta(Table.Meta):
        model = Device
        fields = ()


class SanitisationTable(Table):
    device = LinkColumn(
        "returns:sanitisation",
        accessor="device__asset_tag",
        verbose_name="Device",
        order_by="device__asset_tag",
    )
    method = Column(verbose_name="Method")
    technique = Column(verbose_name="Technique")
    state = ChipColumn(RECORDS)
    operator = Column(
        accessor="operator__name", verbose_name="Done by", order_by="operator__family_name"
    )
    done_at = WhenColumn(verbose_name="Done")
    verified_at = WhenColumn(verbose_name="Verified")

    class Meta(Table.Meta):
        model = Sanitisation
        fields = ()
