"""More time to put something right: asking as the holder, deciding as ITMD or coordinator."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django_tables2 import Column

from quartermaster.compliance import permits, queries
from quartermaster.compliance.actions import extensions
from quartermaster.compliance.models import Extension, Finding
from quartermaster.compliance.rules.extensions import MOST_DAYS, ExtensionState
from quartermaster.kernel.permits import require
from quartermaster.kernel.worded import choices
from quartermaster.web.marks import full_time
from quartermaster.web.pages import (
    ActPage,
    ChipColumn,
    Crumb,
    Filters,
    LinkColumn,
    ListPage,
    Table,
    WhenColumn,
)

TONES = {"asked": "warning", "granted": "good", "declined": "neutral", "lapsed": "neutral"}


class ExtensionTable(Table):
    finding = LinkColumn(
        "compliance:finding",
        key="finding_id",
        accessor="finding__title",
        order_by="finding__title",
        verbose_name="Finding",
    )
    device = Column(
        accessor="finding__device__asset_tag",
        order_by="finding__device__asset_tag",
        verbose_name="Device",
    )
    asked_by = Column(
        accessor="asked_by__name",
        order_by=("asked_by__family_name", "asked_by__given_name"),
        verbose_name="Asked by",
    )
    days = Column(verbose_name="Working days")
    state = ChipColumn(TONES)
    asked_at = WhenColumn(verbose_name="Asked")
    decide_by = WhenColumn(verbose_name="Decide by")
    until = WhenColumn(verbose_name="Time until")
    decide = LinkColumn(
        "cases:extension-grant", empty_values=(), orderable=False, verbose_name="Decide"
    )

    def render_decide(self, record: Extension) -> str:
        if record.state != ExtensionState.ASKED:
            return "—"
        column: LinkColumn = self.columns["decide"].column
        return column.render("Grant or decline", record)

    class Meta(Table.Meta):
        model = Extension
        fields = ()


class ExtensionFilters(Filters):
    """By state."""

    state = django_filters.ChoiceFilter(choices=choices(ExtensionState), empty_label="Any")


class Extensions(ListPage[Extension]):
    """Who asked for more time, and what was decided."""

    permit = permits.EXTENSION_VIEW
    title = "More time"
    lead = "A holder may ask once for more time. Until it is decided, nothing is overdue."
    table_class = ExtensionTable
    filters = ExtensionFilters
    search = ("asked_by__given_name", "asked_by__family_name", "finding__title", "reason")
    search_hint = "Employee, finding or reason"
    empty = "Nobody asked for more time."
    noun = ("request", "requests")

    def rows(self) -> QuerySet[Extension]:
        return queries.extensions_visible_to(self.actor)


class AskForm(forms.Form):
    """How many days more, and why."""

    days = forms.IntegerField(label="Working days more", min_value=1, max_value=MOST_DAYS)
    reason = forms.CharField(
        label="Why", max_length=1000, widget=forms.Textarea({"rows": 4}), help_text="It is kept."
    )


class Ask(ActPage[Finding]):
    """Ask for more time to put something right (C-1)."""

    permit = permits.CASE_ANSWER
    thing = "finding"
    title = "Ask for more time"
    form_class = AskForm
    submit = "Ask for it"
    done = "You asked for more time."

    def rows(self) -> QuerySet[Finding]:
        return queries.findings_visible_to(self.actor)

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        require(self.actor, permits.CASE_ANSWER, person_id=self.object.holder_id)
        return super().get(*args, **kwargs)

    def explain(self) -> str:
        until = self.object.cure_until
        return f"“{self.object}” is to be put right by {full_time(until)}." if until else ""

    def consequences(self) -> Sequence[str]:
        return (
            "ITMD or your coordinator decides within two working days; as long, it is not overdue.",
            "You can ask once.",
        )

    def crumbs(self) -> Sequence[Crumb]:
        address = reverse("compliance:finding", kwargs={"key": self.object.pk})
        return (Crumb("My compliance", reverse("cases:mine")), Crumb(str(self.object), address))

    def act(self, form: Any) -> Extension:
        return extensions.ask_extension(
            finding=self.object,
            days=form.cleaned_data["days"],
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )


class NoteForm(forms.Form):
    """What the employee is told with it."""

    reason = forms.CharField(
        label="What you say to it",
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="The employee reads it.",
    )


class OnExtension(ActPage[Extension]):
    """What both decisions share."""

    permit = permits.EXTENSION_DECIDE
    thing = "request"
    form_class = NoteForm

    def rows(self) -> QuerySet[Extension]:
        return queries.extensions_visible_to(self.actor)

    def explain(self) -> str:
        asked = self.object
        return (
            f"{asked.asked_by} asks for {asked.days} working days more for “{asked.finding}”,"
            f" which is to be put right by {full_time(asked.was_until)}."
        )

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("More time", reverse("cases:extensions")),)


class Grant(OnExtension):
    """Grant more time (C-1)."""

    title = "Grant more time"
    submit = "Grant it"
    done = "More time was granted."
    template_name = "cases/grant.html"

    def consequences(self) -> Sequence[str]:
        return (f"Reason given: {self.object.reason}", "The employee is told until when.")

    def act(self, form: Any) -> Extension:
        return extensions.grant_extension(
            extension_id=self.object.pk,
            note=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )


class Decline(OnExtension):
    """Decline more time (C-1)."""

    title = "Decline more time"
    submit = "Decline it"
    look = "secondary"
    done = "More time was declined."

    def consequences(self) -> Sequence[str]:
        return (f"Reason given: {self.object.reason}", "The employee is told, with your reason.")

    def act(self, form: Any) -> Extension:
        return extensions.decline_extension(
            extension_id=self.object.pk,
            note=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )
