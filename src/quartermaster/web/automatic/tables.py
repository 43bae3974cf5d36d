from django_tables2 import Column

from quartermaster.compliance.models import ActionRule, AutomaticAct
from quartermaster.web.automatic.words import ACTS, STATES
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn


class RuleTable(Table):
    name = LinkColumn("automatic:rule", verbose_name="Rule")
    action = Column(accessor="current__get_action_display", verbose_name="Does", orderable=False)
    state = ChipColumn(STATES)
    number = Column(accessor="current__number", verbose_name="Version")
    author = Column(
        accessor="current__author__name",
        verbose_name="Written by",
        order_by=("current__author__family_name", "current__author__given_name"),
    )
    second = Column(
        accessor="current__approval__approver__name",
        verbose_name="Second person",
        order_by=("current__approval__approver__family_name",),
    )
    done = Column(accessor="done_count", verbose_name="Acts")
    changed_at = WhenColumn(verbose_name="Since")

    class Meta(Table.Meta):
        model = ActionRule
        fields = ()


class ActTable(Table):
    device = LinkColumn(
        "inventory:device",
        key="device_id",
        accessor="device__asset_tag",
        order_by="device__asset_tag",
        verbose_name="Device",
    )
    action = Column(verbose_name="What")
    state = ChipColumn(ACTS)
    rule = LinkColumn(
        "automatic:rule",
        key="rule_id",
        accessor="rule__name",
        order_by="rule__name",
        verbose_name="Rule",
    )
    version = Column(accessor="version__number", verbose_name="Version")
    finding = LinkColumn(
        "compliance:finding",
        key="finding_id",
        accessor="finding__title",
        order_by="finding__title",
        verbose_name="Finding",
    )
    made_at = WhenColumn(verbose_name="Called for")
    acted_at = WhenColumn(verbose_name="Done")
    settled_at = WhenColumn(verbose_name="Ended")
    note = Column(verbose_name="How it came to this")

    class Meta(Table.Meta):
        model = AutomaticAct
        fields = ()
