"""What lists of enrolments and commands may be narrowed by."""

from datetime import timedelta

import django_filters
from django.db.models import Q, QuerySet

from quartermaster.mdm import acting
from quartermaster.mdm.driver import drivers
from quartermaster.mdm.models import Command, Enrolment
from quartermaster.mdm.states import CommandState, EnrolmentState
from quartermaster.web.pages import Filters


def _drivers() -> list[tuple[str, str]]:
    return [(driver.name, driver.name.capitalize()) for driver in drivers()]


class EnrolmentFilters(Filters):
    """By state, driver, and how long a device has been silent."""

    state = django_filters.ChoiceFilter(
        choices=[(state.value, state.value.capitalize()) for state in EnrolmentState],
        empty_label="Any",
        label="State",
    )
    driver = django_filters.ChoiceFilter(choices=_drivers, empty_label="Any", label="Driver")
    silent = django_filters.ChoiceFilter(
        choices=[("1", "For a day"), ("7", "For a week"), ("30", "For 30 days")],
        empty_label="Any",
        label="Not seen",
        method="by_silence",
    )

    reach = django_filters.ChoiceFilter(
        choices=[("yes", "Can be woken"), ("no", "Cannot be woken")],
        empty_label="Any",
        label="Waking",
        method="by_reach",
    )

    def by_reach(self, rows: QuerySet[Enrolment], _name: str, value: str) -> QuerySet[Enrolment]:
        out = Q(wake__cannot_since__isnull=False, state=EnrolmentState.ENROLLED)
        return rows.filter(out if value == "no" else Q(state=EnrolmentState.ENROLLED) & ~out)

    def by_silence(self, rows: QuerySet[Enrolment], _name: str, value: str) -> QuerySet[Enrolment]:
        before = self.request.at - timedelta(days=int(value))
        quiet = Q(last_seen_at__lt=before) | Q(last_seen_at=None)
        return rows.filter(quiet, state=EnrolmentState.ENROLLED)


class CommandFilters(Filters):
    """By state, kind, and whether an answer should be there by now."""

    state = django_filters.ChoiceFilter(
        choices=[(state.value, state.value.capitalize()) for state in CommandState],
        empty_label="Any",
        label="State",
    )
    kind = django_filters.CharFilter(lookup_expr="iexact", label="Command")
    overdue = django_filters.ChoiceFilter(
        choices=[("yes", "Overdue")], empty_label="Any", label="Answer", method="by_patience"
    )

    def by_patience(self, rows: QuerySet[Command], _name: str, _value: str) -> QuerySet[Command]:
        return acting.overdue(rows, self.request.at)
