"""Filters of the list of findings."""

import django_filters

from quartermaster.compliance.models import Finding
from quartermaster.compliance.rules.findings import FindingState
from quartermaster.compliance.rules.outcome import Severity
from quartermaster.web.pages import Filters


class FindingFilters(Filters):
    """By state, severity and clause."""

    state = django_filters.ChoiceFilter(
        choices=[(state.value, state.value.capitalize()) for state in FindingState],
        empty_label="Any",
    )
    severity = django_filters.ChoiceFilter(
        choices=[(item.value, item.value.capitalize()) for item in Severity], empty_label="Any"
    )
    clause = django_filters.CharFilter(lookup_expr="iexact")

    class Meta:
        model = Finding
        fields: list[str] = []
