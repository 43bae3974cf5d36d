"""Taking an export in, choosing out of it, and what is said when it is saved."""

from collections.abc import Sequence
from typing import Any

from django import forms

from quartermaster.inventory.models import Device
from quartermaster.records.reading.dates import Order, day_of
from quartermaster.records.reading.result import Participant
from quartermaster.records.rules.capture import LONGEST_ABOUT, LONGEST_PEOPLE, Residue
from quartermaster.records.rules.exports import How, Pick
from quartermaster.web.marks import full_date
from quartermaster.web.records.forms import own_devices

KINDS = ".xml,.zip,.txt,.csv,.xlsx,.html,.htm,.json,.md,.eml,.mbox,.msg"


class ExportForm(forms.Form):
    """The file."""

    export = forms.FileField(
        label="The export",
        help_text="As your phone or application made it.",
        widget=forms.ClearableFileInput(attrs={"accept": KINDS, "class": "usa-input"}),
    )


class OrderForm(forms.Form):
    """What a date of the export means."""

    order = forms.ChoiceField(label="What it means", widget=forms.RadioSelect)

    def __init__(self, *args: Any, sample: str, orders: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = [(order, day_of(sample, Order(order))) for order in orders]
        self.fields["order"].choices = [  # type: ignore[attr-defined]
            (order, full_date(day)) for order, day in days if day is not None
        ]


class PickForm(forms.Form):
    """What of a conversation is City business."""

    how = forms.ChoiceField(
        label="What of it is City business",
        choices=[(item.value, item.label) for item in How],
        widget=forms.RadioSelect,
    )
    since = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label="To", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    me = forms.ChoiceField(label="Which of them are you", required=False)
    about = forms.CharField(label="What it is about", max_length=LONGEST_ABOUT)
    with_whom = forms.CharField(
        label="With whom", max_length=LONGEST_PEOPLE, help_text="As the export has it; correct it."
    )

    def __init__(self, *args: Any, people: Sequence[Participant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if any(one.owner for one in people):
            del self.fields["me"]
        else:
            named = [(one.key, one.shown) for one in people]
            self.fields["me"].choices = [("", "None of them"), *named]  # type: ignore[attr-defined]

    def pick(self, numbers: frozenset[int]) -> Pick:
        given = self.cleaned_data
        return Pick(
            how=How(given["how"]),
            about=given["about"],
            with_whom=given["with_whom"],
            since=given["since"],
            until=given["until"],
            numbers=numbers,
            me=given.get("me", ""),
        )


class LeftForm(forms.Form):
    """What is left on the device of everything that is saved."""

    device = forms.ChoiceField(label="On which device", required=False)
    residue = forms.ChoiceField(label="What is left on the device", widget=forms.RadioSelect)
    residue_by = forms.DateField(
        label="I delete it there by",
        required=False,
        help_text="Where it is still on the device.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, devices: Sequence[Device], held: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["device"].choices = own_devices(devices)  # type: ignore[attr-defined]
        possible = [Residue.HELD] if held else [Residue.GONE, Residue.STAYS]
        words = [(item.value, item.label) for item in possible]
        self.fields["residue"].choices = words  # type: ignore[attr-defined]
        if held:
            del self.fields["residue_by"]
