"""Filters of the ledger's list."""

from typing import Any

import django_filters
from django import forms

from quartermaster.audit.models import Entry
from quartermaster.web.pages import Filters


def _kinds(_request: Any = None) -> list[tuple[str, str]]:
    kinds = Entry.objects.order_by("subject_kind").values_list("subject_kind", flat=True)
    return [(kind, kind) for kind in kinds.distinct()]


class EntryFilters(Filters):
    """By tag, actor, kind of thing, and day."""

    tag = django_filters.CharFilter(lookup_expr="istartswith", label="What (begins with)")
    actor = django_filters.CharFilter("actor_label", lookup_expr="icontains", label="Who")
    kind = django_filters.ChoiceFilter(
        "subject_kind", choices=_kinds, label="Kind of thing", empty_label="Any"
    )
    since = django_filters.DateFilter(
        "at", lookup_expr="date__gte", label="From", widget=forms.DateInput({"type": "date"})
    )
    until = django_filters.DateFilter(
        "at", lookup_expr="date__lte", label="To", widget=forms.DateInput({"type": "date"})
    )

    class Meta:
        model = Entry
        fields: list[str] = []
