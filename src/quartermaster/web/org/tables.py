import django_tables2 as tables

from quartermaster.org.models import Department, Person, RoleAssignment
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn


class PeopleTable(Table):
    family_name = LinkColumn(
        "org:person", verbose_name="Name", accessor="name", order_by=("family_name", "given_name")
    )
    number = tables.Column(verbose_name="Number")
    department = tables.Column(
        verbose_name="Department", accessor="department__name", order_by="department__name"
    )
    title = tables.Column(verbose_name="Job title")
    employment = tables.Column(
        verbose_name="Employment", accessor="get_employment_display", order_by="employment"
    )
    supervisor = tables.Column(
        verbose_name="Supervisor",
        accessor="supervisor__name",
        order_by=("supervisor__family_name", "supervisor__given_name"),
    )
    email = tables.Column(verbose_name="E-mail", visible=False)  # in the CSV alone
    standing = ChipColumn({"active": "good", "separated": "neutral"})
    separated_on = WhenColumn(verbose_name="Separated on", visible=False)

    class Meta(Table.Meta):
        model = Person
        fields = ()


class DepartmentsTable(Table):
    name = LinkColumn("org:department", verbose_name="Department")
    code = tables.Column()
    parent = tables.Column(accessor="parent__name", verbose_name="Part of", order_by="parent__name")
    active_people = tables.Column(verbose_name="People")
    coverage = ChipColumn({"covered": "good", "excluded": "neutral"})
    exclusion_reason = tables.Column(verbose_name="Reason")

    class Meta(Table.Meta):
        model = Department
        fields = ()


class RolesTable(Table):
    person = LinkColumn(
        "org:person",
        key="person_id",
        verbose_name="Person",
        accessor="person__name",
        order_by=("person__family_name", "person__given_name"),
    )
    role = tables.Column(verbose_name="Role", accessor="get_role_display", order_by="role")
    department = tables.Column(
        verbose_name="Department", accessor="department__name", order_by="department__name"
    )
    granted_at = WhenColumn(verbose_name="Granted")
    granted_by = tables.Column(accessor="granted_by__name", orderable=False, verbose_name="By")
    expires_at = WhenColumn(verbose_name="Until")
    state = ChipColumn(
        {"In force": "good", "Expired": "warning", "Ended": "neutral"}, orderable=False
    )
    end = LinkColumn(
        "org:role-end",
        accessor="end_label",
        verbose_name="Action",
        orderable=False,
        exclude_from_export=True,
    )

    class Meta(Table.Meta):
        model = RoleAssignment
        fields = ()
