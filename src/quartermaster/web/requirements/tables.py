"""Tables of requirements."""

import django_tables2 as tables

from quartermaster.org.models import Department
from quartermaster.policy.models import RequirementChange, RequirementException
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn


class DepartmentTable(Table):
    name = LinkColumn("requirements:department", verbose_name="Department")
    code = tables.Column()
    coverage = ChipColumn()

    class Meta(Table.Meta):
        model = Department
        fields = ("name", "code", "coverage")


class ChangeTable(Table):
    requested_at = WhenColumn(verbose_name="When")
    requested_label = LinkColumn("requirements:change", verbose_name="Asked by")
    state = ChipColumn()
    destructive = tables.BooleanColumn(verbose_name="Erases devices", yesno="Yes,No")
    reason = tables.Column()

    class Meta(Table.Meta):
        model = RequirementChange
        fields = ("requested_at", "requested_label", "state", "destructive", "reason")


class ExceptionTable(Table):
    setting = LinkColumn("requirements:exception", verbose_name="Setting")
    subject_label = tables.Column(verbose_name="For")
    state = ChipColumn()
    requested_by = tables.Column(verbose_name="Asked by", accessor="requested_by__name")
    expires_at = WhenColumn(verbose_name="Until")

    class Meta(Table.Meta):
        model = RequirementException
        fields = ("setting", "subject_label", "state", "requested_by", "expires_at")
