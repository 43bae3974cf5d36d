"""Forms of hand-outs: what goes to whom, and the signature."""

from collections.abc import Sequence
from typing import Any

from django import forms

from quartermaster.kernel.errors import InvalidInput
from quartermaster.lifecycle.actions.handovers import Reply, Signature
from quartermaster.lifecycle.models import HandoverItem
from quartermaster.lifecycle.rules.drawings import read_drawing
from quartermaster.lifecycle.rules.handovers import Condition, Method
from quartermaster.web.org.forms import OfActor, PersonField, day
from quartermaster.web.pages.fields import reason_form


def _reason(label: str, hint: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=300, widget=forms.Textarea({"rows": 3}), help_text=hint
    )


class PrepareForm(OfActor):
    """Who gets what."""

    holder = PersonField(label="For", help_text="Personnel number.")
    things = forms.CharField(
        label="Things",
        max_length=4000,
        widget=forms.Textarea({"rows": 5}),
        help_text="Asset tag, serial number or IMEI, one a line; a scanner may type them. What"
        " follows a semicolon describes its condition: CITY-12; small scratch on the back.",
    )
    note = forms.CharField(label="Note", max_length=300, required=False)


class PrepareOneForm(OfActor):
    """Who gets the thing whose page this was opened from."""

    holder = PersonField(label="For", help_text="Personnel number.")
    things = forms.CharField(
        label="Further things",
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Asset tag, serial number or IMEI, one a line: what goes with it as a kit.",
    )
    note = forms.CharField(label="Note", max_length=300, required=False)


class DescribeForm(forms.Form):
    condition = forms.ChoiceField(
        label="Condition", choices=[(item.value, item.label) for item in Condition]
    )
    note = forms.CharField(label="In words", max_length=300, required=False)


ReasonForm = reason_form(hint="It is kept, with your name.")


class WaiveForm(forms.Form):
    until = day("To be enrolled by", help_text="At most two weeks ahead.")
    reason = _reason("Why it goes out before it is enrolled", "It is kept, with your name.")


class AsFoundForm(OfActor):
    holder = PersonField(label="Who has it", help_text="Personnel number.")
    reason = _reason("How it is known", "Such as: in the former list, and seen on their desk.")


class SignForm(forms.Form):
    """An answer for each thing, and one signature for all that are accepted."""

    method = forms.ChoiceField(
        label="How will you sign?",
        choices=[(Method.TYPED.value, "I type my name"), (Method.DRAWN.value, "I draw")],
        initial=Method.TYPED.value,
        widget=forms.RadioSelect,
    )
    typed_name = forms.CharField(label="Your name", max_length=200, required=False)
    drawing = forms.CharField(widget=forms.HiddenInput, required=False, max_length=300_000)
    consent = forms.BooleanField(label="I have read this, and agree")
    shown = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(
        self, *args: Any, items: Sequence[HandoverItem], desk: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        self.fields["typed_name"].required = self.data.get("method") != Method.DRAWN.value
        for item in items:
            self.fields[f"take_{item.id}"] = forms.ChoiceField(
                label="Do you take it?",
                choices=[("yes", "I take it"), ("no", "I do not take it")],
                initial="yes",
                widget=forms.RadioSelect,
            )
            self.fields[f"why_{item.id}"] = forms.CharField(
                label="Why not?", max_length=300, required=False
            )
        if desk:
            self.fields["identification"] = forms.CharField(
                label="Identification that you saw",
                max_length=100,
                help_text="Such as: City identity card. Not its number.",
            )

    def rows(self) -> list[tuple[HandoverItem, Any, Any]]:
        return [(item, self[f"take_{item.id}"], self[f"why_{item.id}"]) for item in self.items]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("method") == Method.DRAWN and not self.errors:
            try:
                data["dots"] = read_drawing(data.get("drawing", ""))
            except InvalidInput as problem:
                raise forms.ValidationError(problem.message) from problem
        return data

    def signature(self) -> Signature:
        data = self.cleaned_data
        if data["method"] == Method.DRAWN:
            return Signature(consent=data["consent"], drawing=data["dots"])
        return Signature(consent=data["consent"], typed_name=data["typed_name"])

    def replies(self) -> dict[Any, Reply]:
        data = self.cleaned_data
        return {
            item.id: Reply(accepted=data[f"take_{item.id}"] == "yes", reason=data[f"why_{item.id}"])
            for item in self.items
        }
