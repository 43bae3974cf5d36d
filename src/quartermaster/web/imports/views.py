"""Carriers' files: the ledger, one file with what was read out of it, taking one in."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import django_filters
from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.usage.actions import files
from quartermaster.usage.import_permits import IMPORT_RUN, IMPORT_VIEW
from quartermaster.usage.models import CarrierFile, ImportedPart, RefusedRow
from quartermaster.usage.queries import imports as queries
from quartermaster.usage.rules.fields import Family
from quartermaster.usage.rules.imports import FILE, FileState, PartState, Way
from quartermaster.usage.rules.reading import Given
from quartermaster.web.imports.tables import FILE_TONES, FileTable, PartTable, RefusedTable
from quartermaster.web.marks import chip, full_time
from quartermaster.web.pages import (
    ActPage,
    Button,
    Crumb,
    DetailPage,
    Fact,
    Filters,
    FormPage,
    ListPage,
)

WAY = "Carriers' files"


class FileFilters(Filters):
    """By state and by how it came."""

    state = django_filters.ChoiceFilter(
        choices=[(it.value, it.label) for it in FileState], empty_label="Any", label="State"
    )
    way = django_filters.ChoiceFilter(
        choices=[(it.value, it.label) for it in Way], empty_label="Any", label="How it came"
    )


class Files(ListPage[CarrierFile]):
    """Every file that came, the newest first."""

    permit = IMPORT_VIEW
    title = WAY
    lead = "The same file twice changes nothing; a corrected one takes the place of its cycle."
    table_class = FileTable
    filters = FileFilters
    search = ("name", "digest", "received_label", "parts__account")
    search_hint = "Name, account or SHA-256"
    empty = "No carrier's file has come yet. Take one in."
    noun = ("file", "files")

    def rows(self) -> QuerySet[CarrierFile]:
        return queries.files_visible_to(self.actor)

    def found(self, rows: QuerySet[CarrierFile], words: str) -> QuerySet[CarrierFile]:
        """Found by its parts, a file is there once."""
        keys = super().found(CarrierFile.objects.all(), words).values("pk")
        return rows.filter(pk__in=keys)

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Take a file in", "imports:take-in", IMPORT_RUN, look=""),
            Button("What is in force", "imports:parts", IMPORT_VIEW),
            Button("Rows not taken", "imports:refused", IMPORT_VIEW),
        )


class FilePage(DetailPage[CarrierFile]):
    """One file: how it came, what was read out of it, what was not taken, what it replaced."""

    permit = IMPORT_VIEW
    thing = "file"
    template_name = "imports/file.html"

    def rows(self) -> QuerySet[CarrierFile]:
        return queries.files_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(WAY, reverse("imports:files")),)

    def state(self) -> Any:
        file = self.object
        return chip(FileState(file.state).label, tone=FILE_TONES[file.state])

    def facts(self) -> Sequence[Fact]:
        file = self.object
        facts = [
            Fact("Came", full_time(file.received_at), note=Way(file.way).label),
            Fact("By", file.received_label),
            Fact("Size", f"{file.size:,} bytes"),
            Fact("SHA-256", file.digest),
        ]
        if file.reason:
            facts.append(Fact("Why", file.reason))
        if file.progress:
            facts.append(Fact("Now", file.progress))
        if file.said:
            facts.append(Fact("What became of it", file.said))
        if file.finished_at:
            facts.append(Fact("Done", full_time(file.finished_at)))
        return facts

    def buttons(self) -> Sequence[Button]:
        if "read again" not in FILE.verbs_from(FileState(self.object.state)):
            return ()
        return (
            Button("Read it again", "imports:again", IMPORT_RUN, {"key": self.object.pk}, look=""),
        )

    def context(self) -> dict[str, Any]:
        parts = queries.parts_visible_to(self.actor).filter(file=self.object)
        refused = queries.refused_rows_visible_to(self.actor).filter(file=self.object)
        return {
            **super().context(),
            "parts": parts.select_related("replaces__file"),
            "refused": refused[:50],
            "refused_count": refused.count(),
            "refused_all": f"{reverse('imports:refused')}?file={self.object.pk}",
        }


class Parts(ListPage[ImportedPart]):
    """What was read, by account, cycle and family: in force, or replaced."""

    class Chosen(Filters):
        state = django_filters.ChoiceFilter(
            choices=[(it.value, it.label) for it in PartState], empty_label="Any", label="State"
        )
        family = django_filters.ChoiceFilter(
            choices=[(it.value, it.label) for it in Family], empty_label="Any", label="What"
        )

    permit = IMPORT_VIEW
    title = "What is in force"
    lead = "Of an account, a cycle and a family one part is in force; what it replaced is kept."
    table_class = PartTable
    filters = Chosen
    search = ("carrier", "account", "file__name")
    search_hint = "Carrier, account or file"
    empty = "Nothing was imported yet."
    noun = ("part", "parts")

    def rows(self) -> QuerySet[ImportedPart]:
        return queries.parts_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(WAY, reverse("imports:files")),)


class Refused(ListPage[RefusedRow]):
    """Rows that were not taken, with why; of call detail the text is sealed."""

    class Chosen(Filters):
        family = django_filters.ChoiceFilter(
            choices=[(it.value, it.label) for it in Family], empty_label="Any", label="What"
        )

    permit = IMPORT_VIEW
    title = "Rows not taken"
    lead = "Of calls, messages and data only the row's number and the reason are shown."
    table_class = RefusedTable
    filters = Chosen
    search = ("file__name", "name", "reason", "text")
    search_hint = "File, reason or text"
    empty = "Every row was taken."
    noun = ("row", "rows")

    def rows(self) -> QuerySet[RefusedRow]:
        rows = queries.refused_rows_visible_to(self.actor)
        asked = self.request.GET.get("file", "")
        if not asked:
            return rows
        try:
            return rows.filter(file_id=UUID(asked))
        except ValueError:
            return rows.none()

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(WAY, reverse("imports:files")),)


def profile_choices() -> list[tuple[str, str]]:
    found = [(p.key, p.title) for p, _ in queries.profiles_in_use()]
    return [("", "The one that fits"), *found]


class GivenForm(forms.Form):
    """What a file's rows may not say themselves."""

    profile = forms.ChoiceField(
        label="Profile",
        choices=profile_choices,
        required=False,
        help_text="By itself, the one whose headings fit.",
    )
    account = forms.CharField(
        label="Account",
        max_length=40,
        required=False,
        help_text="Only where the rows do not say it.",
    )
    cycle_from = forms.DateField(
        label="First day of the bill cycle",
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text="Only where the rows do not say it.",
    )
    cycle_until = forms.DateField(
        label="Last day of the bill cycle",
        required=False,
        widget=forms.DateInput({"type": "date"}),
    )

    def given(self) -> Given:
        data = self.cleaned_data
        return Given(data["account"], data["cycle_from"], data["cycle_until"])


class TakeInForm(GivenForm):
    """A file, and what is said with it."""

    file = forms.FileField(
        label="File", help_text="CSV or other delimited text, XLSX, X12 811, or a ZIP of them."
    )
    reason = forms.CharField(
        label="Why, where it corrects an earlier file",
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="It is kept with what this file replaces.",
    )
    field_order = ("file", "reason", "profile", "account", "cycle_from", "cycle_until")

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        limit = settings.CARRIER_FILE_LARGEST_MB
        if (given.size or 0) > limit * 1024 * 1024:
            raise forms.ValidationError(f"The file is larger than {limit:,} MB. Use the folder.")
        return given


class TakeIn(FormPage):
    """Take a carrier's file in (G-9, G-12)."""

    permit = IMPORT_RUN
    title = "Take a file in"
    lead = "It is kept sealed, and read afterwards; its page says what became of it."
    form_class = TakeInForm
    submit = "Take it in"
    done = "{}"

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(WAY, reverse("imports:files")),)

    def act(self, form: TakeInForm) -> "_Outcome":
        data = form.cleaned_data
        received = files.take_in(
            content=data["file"].file,
            name=data["file"].name,
            way=Way.PAGE,
            given=form.given(),
            profile_key=data["profile"],
            reason=data["reason"],
            actor=self.actor,
            at=self.at,
        )
        return _Outcome(received)

    def next_address(self, outcome: "_Outcome") -> str:
        return reverse("imports:file", kwargs={"key": outcome.received.file.pk})


class _Outcome:
    """What is said after a file was taken in."""

    def __init__(self, received: files.Received) -> None:
        self.received = received

    def __str__(self) -> str:
        file = self.received.file
        if self.received.fresh:
            return f"{file.name} was taken in, and is read now."
        if FileState(file.state) is FileState.RECEIVED:
            return f"{file.name} was there already, refused; it is read again now."
        return "This file was there already, byte for byte; nothing was changed."


class Again(ActPage[CarrierFile]):
    """Read a file again that was refused or stopped (G-12)."""

    permit = IMPORT_RUN
    thing = "file"
    title = "Read the file again"
    sentence = "{} is read from its beginning, as if it had just come."
    form_class = GivenForm
    submit = "Read it again"
    done = "{} is read now."

    def rows(self) -> QuerySet[CarrierFile]:
        return queries.files_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        address = reverse("imports:file", kwargs={"key": self.object.pk})
        return (Crumb(WAY, reverse("imports:files")), Crumb(self.object.name, address))

    def consequences(self) -> Sequence[str]:
        return (
            f"Refused because: {self.object.said}",
            "It helps after its contract was entered or its profile was made.",
        )

    def act(self, form: GivenForm) -> CarrierFile:
        return files.read_again(
            file_id=self.object.pk,
            profile_key=form.cleaned_data["profile"],
            given=form.given(),
            actor=self.actor,
            at=self.at,
        )
