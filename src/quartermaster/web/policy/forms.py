"""Forms of the policy pages. They check shapes; the room decides."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator

from quartermaster.policy.actions.drafts import Related
from quartermaster.policy.models import Clause, RelatedKind
from quartermaster.policy.redline import sources
from quartermaster.policy.redline.changes import Change
from quartermaster.policy.redline.mapping import CODE, Piece
from quartermaster.policy.rules.acknowledgements import DEFAULT_DAYS, MOST_DAYS

CHANGES = {
    Change.ADDED: "A new clause",
    Change.REMOVED: "A struck clause",
    Change.STRENGTH: "How strongly it binds",
    Change.SCOPE: "Whom or what it reaches",
    Change.EDITORIAL: "Wording only",
    Change.NONE: "No change",
}


class DraftForm(forms.Form):
    file = forms.FileField(
        label="Document",
        help_text="Word (.docx) with tracked changes, or Markdown with ~~struck~~ and ++inserted++ "
        "text. 20 MB at most.",
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        given: UploadedFile[bytes] = self.cleaned_data["file"]
        if (given.size or 0) > sources.LARGEST:
            raise forms.ValidationError("The document is larger than 20 MB.")
        return given


class ReviewForm(forms.Form):
    """The clause of each paragraph, and what each change does."""

    def __init__(
        self, *args: Any, pieces: Sequence[Piece], clauses: Sequence[Clause], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        shape = RegexValidator(rf"^{CODE.pattern}$", "Write a clause id such as G-3.")
        self.pieces = [piece for piece in pieces if not piece.structural]
        for piece in self.pieces:
            self.fields[f"piece-{piece.key}"] = forms.CharField(
                label=f"Clause of paragraph {piece.key}",
                required=False,
                max_length=7,
                initial=piece.code,
                validators=[shape],
            )
        self.changed = [clause for clause in clauses if clause.change != Change.NONE]
        for clause in self.changed:
            self.fields[f"change-{clause.code}"] = forms.ChoiceField(
                label=f"What the change of {clause.code} does",
                required=False,
                choices=[(change.value, label) for change, label in CHANGES.items()],
                initial=clause.change,
            )

    def corrections(self) -> dict[str, str]:
        """The paragraphs that get another clause."""
        given = {piece.key: self.cleaned_data[f"piece-{piece.key}"] for piece in self.pieces}
        before = {piece.key: piece.code for piece in self.pieces}
        return {key: code for key, code in given.items() if code != before[key]}

    def judgements(self) -> dict[str, Change]:
        """What a person says each change does."""
        return {
            clause.code: Change(chosen)
            for clause in self.changed
            if (chosen := self.cleaned_data[f"change-{clause.code}"])
        }


class AdoptForm(forms.Form):
    adopting_body = forms.CharField(
        label="Adopted by", max_length=200, help_text="Such as Common Council."
    )
    file_number = forms.CharField(label="Legislative file number", max_length=60, required=False)
    in_force_on = forms.DateField(
        label="In force from",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="The first day on which it applies. It may lie ahead.",
    )
    acknowledgement_days = forms.IntegerField(
        label="Days to acknowledge it in",
        min_value=1,
        max_value=MOST_DAYS,
        initial=DEFAULT_DAYS,
        help_text="A City default, not policy text.",
    )


class RelatedForm(forms.Form):
    related = forms.CharField(
        label="Related policies",
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="One a line: title | address | kind. Kinds: "
        + ", ".join(RelatedKind.values)
        + ".",
    )

    def clean_related(self) -> list[Related]:
        return [
            _related(line) for line in self.cleaned_data["related"].splitlines() if line.strip()
        ]


def _related(line: str) -> Related:
    title, address, kind = ([part.strip() for part in line.split("|")] + ["", "", ""])[:3]
    if kind and kind not in RelatedKind.values:
        raise forms.ValidationError(f"“{kind}” is not one of the kinds.")
    return Related(title, address, RelatedKind(kind) if kind else RelatedKind.OTHER)


class AcknowledgeForm(forms.Form):
    text_digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    read = forms.BooleanField(
        label="I have read this policy and the related policies named in it, and will follow them.",
        error_messages={"required": "Tick the box once you have read the policy."},
    )
