"""Forms of orders to carriers, and of how carriers are reached."""

from typing import Any

from django import forms

from quartermaster.billing.models import Plan
from quartermaster.inventory.carriers import Adapter
from quartermaster.inventory.models import Line
from quartermaster.web.org.forms import day


def moment(label: str, **more: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        **more,
    )


class WhyForm(forms.Form):
    reason = forms.CharField(label="Why", max_length=300)


class AskForm(WhyForm):
    note = forms.CharField(
        label="For the carrier",
        max_length=300,
        required=False,
        help_text="The carrier reads this, and not the reason above.",
    )
    due_at = moment("Not before", required=False, help_text="Empty: at once.")


class NewSimForm(AskForm):
    sim = forms.CharField(label="ICCID of the new SIM", max_length=40)
    field_order = ("sim", "reason", "note", "due_at")


class NewPlanForm(AskForm):
    plan = forms.ModelChoiceField(label="New plan", queryset=Plan.objects.none())
    field_order = ("plan", "reason", "note", "due_at")

    def __init__(self, *args: Any, line: Line, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = Plan.objects.filter(contract__vendor__iexact=line.carrier, sold=True)
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]


class ConfirmForm(forms.Form):
    reference = forms.CharField(label="The carrier's reference", max_length=120)
    done_at = moment("When the carrier did it", required=False, help_text="Empty: now.")


class ConfirmSuspensionForm(ConfirmForm):
    restores_on = day(
        "Comes back by itself on",
        required=False,
        help_text="The day on which the carrier restores the line by itself, if it says so.",
    )


class RefuseForm(forms.Form):
    answer = forms.CharField(label="The carrier's reason", max_length=300)


class AccessForm(forms.Form):
    """How a carrier is reached; what its adapter needs is added."""

    carrier = forms.CharField(
        label="Carrier", max_length=60, help_text="As it is written at the lines."
    )
    account = forms.CharField(
        label="Account",
        max_length=40,
        required=False,
        help_text="Empty: for every account of the carrier that has no entry of its own.",
    )
    contact = forms.EmailField(
        label="Whom to write to",
        max_length=254,
        required=False,
        help_text="Letters go there; without it, where orders under the contract go.",
    )
    restores_after_days = forms.IntegerField(
        label="Days after which it restores a suspended line by itself",
        min_value=1,
        max_value=1000,
        required=False,
        help_text="As the contract says. Empty: never.",
    )

    def __init__(self, *args: Any, adapter: Adapter, entered: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not adapter.abilities.by_person:
            self.fields["address"] = forms.CharField(
                label="Address of its API", max_length=200, initial=adapter.address
            )
        for item in adapter.fields:
            hint = "Empty: stays as it is." if entered and item.secret else item.hint
            self.fields[f"value_{item.name}"] = forms.CharField(
                label=item.title,
                max_length=500,
                required=item.required and not (entered and item.secret),
                help_text=hint,
                widget=forms.PasswordInput({"autocomplete": "off"}) if item.secret else None,
            )

    def values(self) -> dict[str, str]:
        data = self.cleaned_data
        return {
            name.removeprefix("value_"): value
            for name, value in data.items()
            if name.startswith("value_")
        }
