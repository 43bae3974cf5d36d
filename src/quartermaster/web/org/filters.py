"""What lists of people, departments and roles may be narrowed by."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from quartermaster.org.models import Coverage, Department, Employment, RoleAssignment, Standing
from quartermaster.org.queries import people_visible_to
from quartermaster.org.roles import Role
from quartermaster.web.pages import Filters


def _departments(request: Any) -> QuerySet[Department]:
    """The departments of whom the actor may see somebody."""
    seen = people_visible_to(request.actor).order_by().values("department")
    return Department.objects.filter(id__in=seen)


class PeopleFilters(Filters):
    """By department, employment and standing."""

    department = django_filters.ModelChoiceFilter(
        queryset=_departments, to_field_name="code", empty_label="Any", label="Department"
    )
    employment = django_filters.ChoiceFilter(
        choices=Employment.choices, empty_label="Any", label="Employment"
    )
    standing = django_filters.ChoiceFilter(
        choices=Standing.choices, empty_label="Any", label="Standing"
    )


class DepartmentFilters(Filters):
    """By coverage."""

    coverage = django_filters.ChoiceFilter(
        choices=Coverage.choices, empty_label="Any", label="Coverage"
    )


class RoleFilters(Filters):
    """By role, and by whether it is in force."""

    role = django_filters.ChoiceFilter(choices=Role.choices, empty_label="Any", label="Role")
    state = django_filters.ChoiceFilter(
        choices=[("in-force", "In force"), ("past", "Ended or expired")],
        empty_label="Any",
        label="State",
        method="by_state",
    )

    def by_state(
        self, rows: QuerySet[RoleAssignment], _name: str, value: str
    ) -> QuerySet[RoleAssignment]:
        past = Q(ended_at__isnull=False) | Q(expires_at__lte=self.request.at)
        return rows.filter(past) if value == "past" else rows.exclude(past)
