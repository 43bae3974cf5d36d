"""What lists of equipment may be narrowed by."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from quartermaster.inventory.models import (
    AccessoryKind,
    DeviceClass,
    DeviceStatus,
    LineStatus,
    Ownership,
    Platform,
)
from quartermaster.inventory.queries import (
    accessories_visible_to,
    devices_visible_to,
    lines_visible_to,
)
from quartermaster.org.models import Department
from quartermaster.web.pages import Filters


def _departments_of(rows: Any) -> Any:
    """The departments of which the actor sees something."""

    def seen(request: Any) -> QuerySet[Department]:
        keys = rows(request.actor).order_by().values("department")
        return Department.objects.filter(id__in=keys)

    return seen


def _choice(label: str, choices: list[tuple[str, str]]) -> Any:
    return django_filters.ChoiceFilter(choices=choices, empty_label="Any", label=label)


def _department(rows: Any) -> Any:
    return django_filters.ModelChoiceFilter(
        queryset=_departments_of(rows),
        to_field_name="code",
        empty_label="Any",
        label="Department",
    )


def _holder() -> Any:
    return django_filters.CharFilter(
        field_name="holder__number", lookup_expr="iexact", label="Holder's personnel number"
    )


class DeviceFilters(Filters):
    """By class, platform, owner, department, status and holder."""

    device_class = _choice("Class", DeviceClass.choices)
    platform = _choice("Platform", Platform.choices)
    ownership = _choice("Ownership", Ownership.choices)
    department = _department(devices_visible_to)
    status = _choice("Status", DeviceStatus.choices)
    holder = _holder()


class HotspotFilters(Filters):
    """By department, status and holder."""

    department = _department(devices_visible_to)
    status = _choice("Status", DeviceStatus.choices)
    holder = _holder()


class LineFilters(Filters):
    """By carrier, department, status and holder."""

    carrier = django_filters.CharFilter(lookup_expr="icontains", label="Carrier")
    department = _department(lines_visible_to)
    status = _choice("Status", LineStatus.choices)
    holder = _holder()


class SimFilters(Filters):
    """By kind and use."""

    embedded = _choice("Kind", [("True", "eSIM"), ("False", "Card")])
    retired = _choice("Use", [("False", "In use or ready"), ("True", "Retired")])


class AccessoryFilters(Filters):
    """By kind, department and holder."""

    kind = _choice("Kind", AccessoryKind.choices)
    department = _department(accessories_visible_to)
    holder = _holder()


class ModelFilters(Filters):
    """By class and platform."""

    device_class = _choice("Class", DeviceClass.choices)
    platform = _choice("Platform", Platform.choices)
