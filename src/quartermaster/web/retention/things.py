"""What is kept for a time: the list, one of them, and the verbs on it."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from quartermaster.kernel.worded import choices
from quartermaster.records import disposables, retention
from quartermaster.records.actions import retention as actions
from quartermaster.records.models import Retained, SeriesTerms
from quartermaster.records.permits import RETENTION_CLASSIFY, RETENTION_DATE, RETENTION_VIEW
from quartermaster.records.rules.retention import LONGEST_REASON, SAID, Standing
from quartermaster.web.links import device_address, person_address
from quartermaster.web.marks import chip, full_date, full_time
from quartermaster.web.pages import ActPage, Button, Crumb, DetailPage, Fact, Filters, ListPage
from quartermaster.web.retention.tables import STANDINGS, RetainedTable


def _series_choices() -> list[tuple[str, str]]:
    terms = retention.terms_of(retention.in_force())
    return [(code, row.title) for code, row in terms.items()]


class RetainedFilters(Filters):
    """By series, by standing, what is due."""

    series = django_filters.ChoiceFilter(choices=_series_choices, empty_label="Any")
    standing = django_filters.ChoiceFilter(choices=choices(Standing), empty_label="Any")
    due = django_filters.ChoiceFilter(
        choices=[("now", "Due now"), ("never", "No day yet, or never")],
        empty_label="Any",
        label="Day",
        method="by_day",
    )

    def by_day(self, rows: QuerySet[Retained], _name: str, value: str) -> QuerySet[Retained]:
        if value == "never":
            return rows.filter(due_on=None)
        today = localdate(self.request.at)
        return rows.filter(due_on__lte=today).exclude(standing=Standing.DESTROYED)


class Things(ListPage[Retained]):
    """Everything that is kept for a time (C-2)."""

    permit = RETENTION_VIEW
    title = "Retention"
    lead = (
        "What is kept, in which series of the schedule, and until when. Nothing is destroyed by"
        " its day alone: two people approve what is due."
    )
    table_class = RetainedTable
    filters = RetainedFilters
    search = ("label", "person__family_name", "person__given_name")
    search_hint = "Number or name"
    noun = ("thing", "things")
    empty = "Nothing is under retention yet."

    def rows(self) -> QuerySet[Retained]:
        return retention.retained_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Schedule", "retention:schedule", RETENTION_VIEW),
            Button("Batches", "retention:batches", RETENTION_VIEW),
        )


class Thing(DetailPage[Retained]):
    """One thing: its series, its day, what holds it (C-2)."""

    permit = RETENTION_VIEW
    thing = "thing under retention"

    def rows(self) -> QuerySet[Retained]:
        return retention.retained_visible_to(self.actor)

    def heading(self) -> str:
        return self.object.label

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Retention", reverse("retention:things")),)

    def state(self) -> Any:
        row = self.object
        return chip(row.get_standing_display(), tone=STANDINGS[row.standing])

    @cached_property
    def terms(self) -> SeriesTerms | None:
        return retention.terms_of(retention.in_force()).get(self.object.series)

    def facts(self) -> Sequence[Fact]:
        row, terms = self.object, self.terms
        facts = [
            Fact("Series", terms.title if terms else row.series, note=row.get_set_by_display()),
            Fact("Made", full_date(row.made_on)),
            Fact("Kept until", _until(row), note=_why(row, terms)),
        ]
        if terms is not None:
            facts.append(Fact("Legal basis", terms.basis))
            facts.append(Fact("Then", terms.get_disposition_display()))
        if row.person is not None:
            facts.append(Fact("Person", row.person.name, person_address(self.request, row.person)))
        if row.device is not None:
            tag, address = row.device.asset_tag, device_address(self.request, row.device)
            facts.append(Fact("Device", tag, address))
        facts.append(Fact("Must stay", self._held() or "Nothing keeps it longer"))
        if row.destroyed_at:
            facts.append(Fact("Destroyed", full_time(row.destroyed_at)))
        return facts

    def _held(self) -> str:
        row = self.object
        if row.standing == Standing.DESTROYED:
            return "—"
        kind = disposables.disposable_of(row.kind)
        return kind.kept([row.subject_id], self.at).get(row.subject_id, "")

    def buttons(self) -> Sequence[Button]:
        row, terms = self.object, self.terms
        if row.standing != Standing.KEPT:
            return ()
        key = {"key": row.pk}
        buttons = [Button("Change the series", "retention:classify", RETENTION_CLASSIFY, key)]
        if terms is not None and terms.trigger in SAID:
            buttons.append(Button("Say when it happened", "retention:event", RETENTION_DATE, key))
        return buttons


def _until(row: Retained) -> str:
    return full_date(row.due_on) if row.due_on else "No day"


def _why(row: Retained, terms: SeriesTerms | None) -> str:
    if terms is None:
        return "The schedule has no such series."
    if terms.disposition == "permanent":
        return "Kept for ever."
    period = f"{terms.period.words()} from: {terms.get_trigger_display().lower()}"
    if row.due_on is None:
        return f"{period}. That has not happened yet."
    happened = f" ({full_date(row.happened_on)})" if row.happened_on else ""
    return f"{period}{happened}."


class ClassifyForm(forms.Form):
    """Which series, and why."""

    series = forms.ChoiceField(label="Series")
    reason = forms.CharField(
        label="Reason", max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["series"].choices = choices  # type: ignore[attr-defined]


class Classify(ActPage[Retained]):
    """Put a thing into another series: its author, or the custodian (C-2)."""

    permit = RETENTION_CLASSIFY
    thing = "thing under retention"
    title = "Change the series"
    sentence = "{} is kept by the terms of another series from now on."
    form_class = ClassifyForm
    submit = "Change it"
    done = "The series was changed."

    def rows(self) -> QuerySet[Retained]:
        return retention.classified_by(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        row = self.object
        if retention.retained_visible_to(self.actor).filter(pk=row.pk).exists():
            address = reverse("retention:thing", kwargs={"key": row.pk})
            return (Crumb("Retention", reverse("retention:things")), Crumb(row.label, address))
        address = reverse("records:record", kwargs={"key": row.subject_id})
        return (Crumb("Records", reverse("records:records")), Crumb(row.label, address))

    def form_arguments(self) -> dict[str, Any]:
        terms = retention.terms_of(retention.in_force())
        return {
            "choices": [
                (code, f"{row.title}: {row.period.words()}, {row.get_disposition_display()}")
                for code, row in terms.items()
                if code != self.object.series
            ]
        }

    def act(self, form: Any) -> Retained:
        return actions.classify(
            retained_id=self.object.pk, **form.cleaned_data, actor=self.actor, at=self.at
        )


class EventForm(forms.Form):
    """When it happened, and how that is known."""

    happened_on = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(
        label="How you know",
        max_length=LONGEST_REASON,
        help_text="Such as the number of the case that was closed.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class Event(ActPage[Retained]):
    """Say when what the period waits for happened (C-2)."""

    permit = RETENTION_DATE
    thing = "thing under retention"
    title = "Say when it happened"
    sentence = "The period of {} runs from that day."
    form_class = EventForm
    done = "It is on record, and the day follows from it."

    def rows(self) -> QuerySet[Retained]:
        return retention.retained_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        address = reverse("retention:thing", kwargs={"key": self.object.pk})
        return (
            Crumb("Retention", reverse("retention:things")),
            Crumb(self.object.label, address),
        )

    def act(self, form: Any) -> Retained:
        return actions.note_event(
            retained_id=self.object.pk, **form.cleaned_data, actor=self.actor, at=self.at
        )
