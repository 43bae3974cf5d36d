"""What is said of a record, and of one that is announced."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format

from quartermaster.inventory.models import Device
from quartermaster.records.rules.capture import (
    LONGEST_ABOUT,
    LONGEST_APP,
    LONGEST_MESSAGE,
    LONGEST_NOTE,
    LONGEST_PEOPLE,
    MOST_ITEMS,
    Details,
    Origin,
    Residue,
    Source,
)
from quartermaster.records.rules.holds import LONGEST_REASON

ACCEPT = (
    "image/*,audio/*,video/*,application/pdf,text/plain,.eml,.msg,.vcf,.ics,.csv,.rtf,"
    ".docx,.xlsx,.pptx,.doc,.xls,.ppt,.zip"
)
# what a page asks for; everything else is known, or need not be said
ASKED = ("chosen", "camera", "about", "with_whom", "source", "residue", "residue_by")
ELSEWHERE = [("", "On something else, or no longer there")]


class SeveralFiles(forms.ClearableFileInput):
    """A field for several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Some files, in their order."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        files = [super(FilesField, self).clean(item, initial) for item in given if item]
        if len(files) > MOST_ITEMS:
            raise ValidationError(f"At most {MOST_ITEMS} files at once.")
        return files


def own_devices(devices: Sequence[Device]) -> list[tuple[str, str]]:
    """The devices as a choice, the City's and one's own."""
    return [
        *(
            (str(item.id), f"{item.asset_tag}{', my own' if item.personal else ''}")
            for item in devices
        ),
        *ELSEWHERE,
    ]


class SaveForm(forms.Form):
    """A record: what it is, with whom, when, from where, what is left."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    announced = forms.UUIDField(required=False, widget=forms.HiddenInput)
    chosen = FilesField(
        label="Pictures, documents, recordings",
        required=False,
        help_text=f"Several at once; up to {MOST_ITEMS}. You can also drop them here.",
        widget=SeveralFiles(attrs={"accept": ACCEPT, "multiple": True, "class": "usa-input"}),
    )
    camera = FilesField(
        label="Take a picture now",
        required=False,
        widget=SeveralFiles(
            attrs={"accept": "image/*", "capture": "environment", "class": "usa-input"}
        ),
    )
    message = forms.CharField(
        label="Or the words of a message",
        required=False,
        max_length=LONGEST_MESSAGE,
        help_text="Paste them here, with who said what and when.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    about = forms.CharField(
        label="What it is about",
        max_length=LONGEST_ABOUT,
        widget=forms.TextInput(attrs={"autocapitalize": "sentences"}),
    )
    with_whom = forms.CharField(
        label="With whom",
        max_length=LONGEST_PEOPLE,
        help_text="Names, and numbers or addresses where you have them.",
        widget=forms.TextInput(attrs={"list": "records-people", "autocomplete": "off"}),
    )
    happened_on = forms.DateField(
        label="When it was", widget=forms.DateInput(attrs={"type": "date"})
    )
    source = forms.ChoiceField(
        label="What kind", choices=[(item.value, item.label) for item in Source]
    )
    account = forms.CharField(
        label="App or account",
        required=False,
        max_length=LONGEST_APP,
        help_text="Such as WhatsApp, or your own e-mail address.",
    )
    device = forms.ChoiceField(label="On which device", required=False)
    note = forms.CharField(
        label="Anything to add",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    residue = forms.ChoiceField(label="What is left on the device", widget=forms.RadioSelect)
    residue_by = forms.DateField(
        label="I delete it there by",
        required=False,
        help_text="Where it is still on the device.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(
        self,
        *args: Any,
        devices: Sequence[Device] = (),
        held: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["device"].choices = own_devices(devices)  # type: ignore[attr-defined]
        possible = [Residue.HELD] if held else [Residue.GONE, Residue.STAYS]
        words = [(item.value, item.label) for item in possible]
        self.fields["residue"].choices = words  # type: ignore[attr-defined]
        if held:
            del self.fields["residue_by"]

    @property
    def asked(self) -> list[forms.BoundField]:
        """What is to be said each time."""
        return [self[name] for name in ASKED if name in self.fields]

    @property
    def rest(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name not in ASKED]

    @property
    def rest_wrong(self) -> bool:
        """Whether something among the rest is to be put right, or was said already."""
        said = self["message"].value() or self["note"].value() or self["account"].value()
        return bool(said) or any(field.errors for field in self.rest)

    @property
    def rest_said(self) -> str:
        """What is taken for the rest where nobody says otherwise."""
        device = dict(self.fields["device"].choices).get(self["device"].value(), "")  # type: ignore[attr-defined]
        of = f", on {device}" if device and self["device"].value() else ""
        day = self["happened_on"].value()
        when = date_format(day) if isinstance(day, date) else day or "When it was"
        return f"{when}{of}. Change this, or add words of a message, the app, a note"

    def details(self) -> Details:
        given = self.cleaned_data
        return Details(
            about=given["about"],
            with_whom=given["with_whom"],
            happened_on=given["happened_on"],
            source=Source(given["source"]),
            account=given["account"],
            note=given["note"],
            message=given["message"],
            residue=Residue(given["residue"]),
            residue_by=given.get("residue_by"),
        )


class AnnounceForm(forms.Form):
    """What is on a device and cannot be saved this moment."""

    about = forms.CharField(label="What it is about", max_length=LONGEST_ABOUT)
    source = forms.ChoiceField(
        label="What kind", choices=[(item.value, item.label) for item in Source]
    )
    device = forms.ChoiceField(label="On which device", required=False)

    def __init__(self, *args: Any, devices: Sequence[Device] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["device"].choices = own_devices(devices)  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """Why something that was announced does not come."""

    how = forms.ChoiceField(
        label="What became of it",
        choices=[
            ("give up", "It is gone, or cannot be read any longer"),
            ("withdraw", "It was no record, or announced by mistake"),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="How that came",
        max_length=LONGEST_REASON,
        help_text="It is kept, and the records custodian reads it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnnounceForForm(forms.Form):
    """What is known to be on a device of somebody else's, and on what occasion."""

    about = forms.CharField(label="What it is about", max_length=LONGEST_ABOUT)
    source = forms.ChoiceField(
        label="What kind", choices=[(item.value, item.label) for item in Source]
    )
    origin = forms.ChoiceField(
        label="On what occasion",
        choices=[(item.value, item.label) for item in Origin if item is not Origin.SELF],
    )
