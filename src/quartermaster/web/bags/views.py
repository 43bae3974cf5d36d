"""Taking records out by their numbers or by their batch, and taking a bag in."""

import re
from collections.abc import Collection, Sequence
from typing import IO, Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponse
from django.urls import reverse

from quartermaster.kernel.errors import HouseError, InvalidInput
from quartermaster.records import capture
from quartermaster.records.actions.bags import export_bag, import_bag
from quartermaster.records.bags.layout import MOST_RECORDS
from quartermaster.records.models import DisposalBatch, Record
from quartermaster.records.permits import BAG_EXPORT, BAG_IMPORT
from quartermaster.records.retention import RECORD
from quartermaster.records.rules.disposal import EntryState
from quartermaster.web.pages import Button, Crumb, FormPage
from quartermaster.web.pages.base import OneRow, Page
from quartermaster.web.pages.forms import blame
from quartermaster.web.retention.batches import OfBatch

_SEPARATORS = re.compile(r"[\s,;]+")
LARGEST_MB = 512


def handed_out(page: Page, keys: Collection[UUID]) -> HttpResponse:
    """The bag as a file to keep."""
    name, content = export_bag(record_ids=keys, actor=page.actor, at=page.at)
    answer = FileResponse(content, as_attachment=True, filename=name)
    answer["Content-Type"] = "application/zip"
    return answer  # type: ignore[return-value]  # a stream answers like the others


class NumbersForm(forms.Form):
    """Records by their numbers."""

    numbers = forms.CharField(
        label="Record numbers",
        max_length=20 * MOST_RECORDS,
        help_text=f"Such as R-2026-000123, one a line, {MOST_RECORDS} at most.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class Export(FormPage):
    """Take records out as a BagIt package (G-5)."""

    permit = BAG_EXPORT
    title = "Take records out"
    lead = (
        "A BagIt package (RFC 8493): the originals, what was said of them, and the proofs that they"
        " are in the archive's log. It is not sealed: keep it where it may be read."
    )
    form_class = NumbersForm
    submit = "Make the package"

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Records", reverse("records:records")),)

    def buttons(self) -> Sequence[Button]:
        return (Button("Take a package in", "bags:import", BAG_IMPORT),)

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        form = self.make_form()
        if not form.is_valid():
            return self.again(form, 422)
        try:
            return handed_out(self, self._chosen(form.cleaned_data["numbers"]))
        except HouseError as problem:
            blame(form, problem)
            return self.again(form, problem.status)

    def _chosen(self, text: str) -> list[UUID]:
        numbers = {number.upper() for number in _SEPARATORS.split(text) if number}
        rows = capture.records_visible_to(self.actor).filter(number__in=numbers)
        found = dict(rows.values_list("number", "id"))
        if missing := sorted(numbers - set(found)):
            raise InvalidInput(f"There is no record {missing[0]}.", field="numbers")
        return list(found.values())


class OfDisposal(OfBatch, OneRow[DisposalBatch]):
    """What a batch is about to destroy, for the state archive (C-2)."""

    permit = BAG_EXPORT

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        rows = self.object.entries.filter(state=EntryState.LISTED, retained__kind=RECORD)
        return handed_out(self, list(rows.values_list("retained__subject_id", flat=True)))


class BagForm(forms.Form):
    """A package as a ZIP file."""

    bag = forms.FileField(
        label="Package", help_text=f"A ZIP file with one bag, {LARGEST_MB} MB at most."
    )

    def clean_bag(self) -> Any:
        given = self.cleaned_data["bag"]
        if (given.size or 0) > LARGEST_MB * 1024 * 1024:
            raise forms.ValidationError(f"The package is larger than {LARGEST_MB} MB.")
        return given


class Import(FormPage):
    """Take the records of a BagIt package in (G-5)."""

    permit = BAG_IMPORT
    title = "Take a package in"
    lead = (
        "Every file is compared with the package's manifest first; of a package that is not sound"
        " nothing is taken. Its records become records of yours, under new numbers."
    )
    form_class = BagForm
    submit = "Take it in"
    done = "{}"

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Records", reverse("records:records")),)

    def act(self, form: Any) -> str:
        content: IO[bytes] = form.cleaned_data["bag"].file
        made: list[Record] = import_bag(content=content, actor=self.actor, at=self.at)
        numbers = ", ".join(record.number for record in made[:10])
        one = "1 record is" if len(made) == 1 else f"{len(made)} records are"
        return f"{one} in the archive: {numbers}{' and more' if len(made) > 10 else ''}."  # noqa: PLR2004 (as many as are named)
