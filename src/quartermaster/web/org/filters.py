"""What lists of people, departments and roles may be narrowed by."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from quartermaster.org.models import (
    Coverage,
    Department,
    Employment,
    Person,
    RoleAssignment,
    Standing,
)
from quartermaster.org.queries import people_visible_to, roles_ending_soon
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
    supervision = django_filters.ChoiceFilter(
        choices=[("left", "Supervisor has left")],
        empty_label="Any",
        label="Supervision",
        method="by_supervision",
    )

    def by_supervision(self, rows: QuerySet[Person], _name: str, _value: str) -> QuerySet[Person]:
        return rows.filter(standing=Standing.ACTIVE, supervisor__standing=Standing.SEPARATED)


class DepartmentFilters(Filters):
    """By coverage."""

    coverage = django_filters.ChoiceFilter(
        choices=Coverage.choices, empty_label="Any", label="Coverage"
    )


class RoleFilters(Filters):
    """By role, and by whether it is in force."""

    role = django_filters.ChoiceFilter(choices=Role.choices, empty_label="Any", label="Role")
    state = django_filters.ChoiceFilter(
        choices=[
            ("in-force", "In force"),
            ("ending", "Ending soon"),
            ("past", "Ended or expired"),
        ],
        empty_label="Any",
        label="State",
        method="by_state",
    )

    def by_state(
        self, rows: QuerySet[RoleAssignment], _name: str, value: str
    ) -> QuerySet[RoleAssignment]:
        if value == "ending":
            return rows.filter(id__in=roles_ending_soon(self.request.actor, self.request.at))
        past = Q(ended_at__isnull=False) | Q(expires_at__lte=self.request.at)
        return rows.filter(past) if value == "past" else rows.exclude(past)
