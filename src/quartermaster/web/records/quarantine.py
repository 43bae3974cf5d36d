"""Files that were not taken: the custodian's to decide about, and what became of one's own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.timezone import localdate
from django_tables2 import Column

from quartermaster.kernel.permits import reach
from quartermaster.kernel.worded import choices
from quartermaster.org.models import Standing
from quartermaster.records.actions import quarantine as actions
from quartermaster.records.actions.quarantine.deciding import Said
from quartermaster.records.models import RefusedFile
from quartermaster.records.permits import INBOX_DECIDE
from quartermaster.records.quarantine import refused_visible_to
from quartermaster.records.quarantine_permits import REFUSED_VIEW
from quartermaster.records.rules.capture import LONGEST_ABOUT, LONGEST_PEOPLE
from quartermaster.records.rules.quarantine import RefusedState
from quartermaster.web.links import person_address
from quartermaster.web.marks import chip, full_date, full_time
from quartermaster.web.pages import (
    ActPage,
    Button,
    ChipColumn,
    Crumb,
    DetailPage,
    Fact,
    Filters,
    LinkColumn,
    ListPage,
    Table,
    WhenColumn,
)
from quartermaster.web.pages.base import OneRow
from quartermaster.web.records.sorting import DiscardPage, taken_away

TITLE = "Files that were not taken"
STATES = {"waiting": "warning", "released": "good", "discarded": "neutral"}
UNOPENED = ".quarantined"  # so that no program opens it by its name


class RefusedTable(Table):
    name = LinkColumn("records:refused", verbose_name="File")
    author = Column(
        accessor="author__name",
        verbose_name="Sent by",
        order_by=("author__family_name", "author__given_name"),
    )
    problem = Column(verbose_name="Why not")
    state = ChipColumn(STATES, verbose_name="What became of it")
    record = Column(accessor="record__number", verbose_name="Record")
    arrived_at = WhenColumn(verbose_name="Came")

    class Meta(Table.Meta):
        model = RefusedFile
        fields = ()


class RefusedFilters(Filters):
    state = django_filters.ChoiceFilter(
        choices=choices(RefusedState), empty_label="Any", label="What became of it"
    )


class RefusedFiles(ListPage[RefusedFile]):
    """What was not taken for what is in it, and what became of it (G-5)."""

    permit = REFUSED_VIEW
    title = TITLE
    lead = "They are kept sealed, and nothing opens them, until the records custodian decides."
    table_class = RefusedTable
    filters = RefusedFilters
    search = ("name", "problem", "author__family_name")
    empty = "No file was refused for what is in it."
    noun = ("file", "files")

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Records", reverse("records:records")),)

    def rows(self) -> QuerySet[RefusedFile]:
        return refused_visible_to(self.actor)


class OneRefused(OneRow[RefusedFile]):
    permit = INBOX_DECIDE
    thing = "file"

    def rows(self) -> QuerySet[RefusedFile]:
        return refused_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("records:refused", kwargs={"key": self.object.pk})
        return (Crumb(TITLE, reverse("records:refused-files")), Crumb(str(self.object), here))


class Refused(OneRefused, DetailPage[RefusedFile]):
    """One file: what is known of it without opening it, and what can be done with it (G-5)."""

    permit = REFUSED_VIEW

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(TITLE, reverse("records:refused-files")),)

    def state(self) -> Any:
        return chip(self.object.get_state_display(), tone=STATES[self.object.state])

    def buttons(self) -> Sequence[Button]:
        if self.object.state != RefusedState.WAITING:
            return ()
        key = {"key": self.object.pk}
        return (
            Button("Save as a record", "records:refused-release", INBOX_DECIDE, key, ""),
            Button("Take it away unopened", "records:refused-content", INBOX_DECIDE, key),
            Button("Discard", "records:refused-discard", INBOX_DECIDE, key, "secondary"),
        )

    def facts(self) -> Sequence[Fact]:
        one = self.object
        return (
            Fact("Why it was not taken", one.problem),
            Fact("Sent by", one.author.name, person_address(self.request, one.author)),
            Fact("Came", full_time(one.arrived_at)),
            Fact("Said to be", one.media_type or "Nothing", note="The sender's word, not believed"),
            Fact("Size", filesizeformat(one.size), note=f"SHA-256 {one.digest}"),
            *self._outcome(),
        )

    def _outcome(self) -> Sequence[Fact]:
        one = self.object
        if one.due_at is not None:
            said = "Unless the records custodian decides before"
            return (Fact("Discarded on", full_date(localdate(one.due_at)), note=said),)
        assert one.decided_at is not None  # a constraint backs it
        by = f"by {one.decided_by.name}" if one.decided_by else "by the clock"
        facts = [Fact("Decided", full_time(one.decided_at), note=by)]
        if one.reason:
            facts.append(Fact("Why it was discarded", one.reason))
        if one.record is not None:
            address = reverse("records:record", kwargs={"key": one.record.pk})
            facts.append(Fact("Record", one.record.number, address))
        return facts


class RefusedContent(OneRefused):
    """A file that waits, to be looked at elsewhere: nothing here opens it (G-2)."""

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        one, pieces = actions.read_refused(refused_id=self.object.pk, actor=self.actor, at=self.at)
        return taken_away(pieces, one.size, f"{one.name}{UNOPENED}")


class ReleaseForm(forms.Form):
    """What is said of it as a record."""

    about = forms.CharField(label="What it is about", max_length=LONGEST_ABOUT)
    with_whom = forms.CharField(
        label="With whom", max_length=LONGEST_PEOPLE, help_text="Its sender knows; ask them."
    )
    happened_on = forms.DateField(
        label="When it was", widget=forms.DateInput(attrs={"type": "date"})
    )


class ReleaseRefused(OneRefused, ActPage[RefusedFile]):
    """Save it as a record of whoever sent it (G-5)."""

    title = "Save as a record"
    sentence = "{} becomes a record of whoever sent it."
    submit = "Save it"
    done = "It is saved."
    form_class = ReleaseForm

    def consequences(self) -> Sequence[str]:
        name = self.object.author.name
        here = self.object.author.standing == Standing.ACTIVE
        whose = f"{name} is told." if here else f"{name} has left: it is your record, and says so."
        unopened = "Whoever may see the record can take it away; nothing here opens or shows it."
        return (whose, unopened)

    def initial(self) -> dict[str, Any]:
        day = localdate(self.object.arrived_at)
        return {"about": self.object.name[:LONGEST_ABOUT], "happened_on": day}

    def act(self, form: Any) -> RefusedFile:
        said = Said(**form.cleaned_data)
        return actions.release(refused_id=self.object.pk, of=said, actor=self.actor, at=self.at)


class DiscardRefused(OneRefused, DiscardPage[RefusedFile]):
    """Discard it (G-5)."""

    stays = "That it came, its digest and your reason stay on record, and its sender is told."

    def came_at(self) -> datetime:
        return self.object.arrived_at

    def act(self, form: Any) -> RefusedFile:
        return actions.discard(
            refused_id=self.object.pk,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )


def of_ones_own(actor: Any) -> QuerySet[RefusedFile]:
    """What of the reader's own was not taken; nothing for whoever sees those of all."""
    rows = refused_visible_to(actor)
    return rows.none() if reach(actor, REFUSED_VIEW).everything else rows
