"""The forms of rules: what a rule says, and what its second person says."""

from typing import Any

from django import forms

from quartermaster.compliance.automatic import CHECK_TITLES
from quartermaster.compliance.rules.automatic import (
    LONGEST_HOURS,
    LONGEST_WAIT,
    MOST_DEVICES,
    MOST_PERCENT,
    Action,
    Terms,
)
from quartermaster.compliance.rules.outcome import Severity
from quartermaster.inventory.models import DeviceClass, Ownership
from quartermaster.kernel.worded import choices
from quartermaster.org.models import Department
from quartermaster.web.proving import ProvingForm

LONGEST_REASON = 500


def reason_field(help_text: str = "It is kept, and the others are told.") -> forms.CharField:
    return forms.CharField(
        label="Reason",
        max_length=LONGEST_REASON,
        help_text=help_text,
        widget=forms.Textarea({"rows": 2}),
    )


class WhyForm(forms.Form):
    """Why."""

    reason = reason_field()


class SecondForm(ProvingForm):
    """Why, that the person is there, and which plan they saw."""

    shown = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = reason_field("What you looked at. It is kept, and the others are told.")
    field_order = ("shown", "reason", "password")


class GoOnForm(ProvingForm):
    """Why, and that the person is there."""

    reason = reason_field()
    field_order = ("reason", "password")


def _several(label: str, help_text: str = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, widget=forms.CheckboxSelectMultiple, help_text=help_text
    )


class TermsForm(forms.Form):
    """What a rule says."""

    action = forms.ChoiceField(label="What it does", choices=choices(Action))
    checks = _several("Checks", "Name checks, severities, or both: no rule acts on everything.")
    severities = _several("Severities")
    ownerships = _several("Whose devices", "Locking and erasing: devices of the City alone.")
    classes = _several("Kinds of device", "None chosen: all.")
    departments = _several("Departments", "None chosen: all.")
    after_days = forms.IntegerField(
        label="Days after the time to put it right is over",
        min_value=0,
        max_value=LONGEST_WAIT,
        initial=0,
    )
    serious_at_once = forms.BooleanField(
        label="Act on serious findings at once",
        required=False,
        help_text="Their holders are told at the same time.",
    )
    count = forms.IntegerField(
        label="At most so many devices",
        min_value=1,
        max_value=MOST_DEVICES,
        initial=5,
        help_text="More than that takes a person who looks at the plan.",
    )
    percent = forms.FloatField(
        label="And at most this percentage of all devices",
        min_value=0.01,
        max_value=MOST_PERCENT,
        initial=1,
    )
    hours = forms.IntegerField(
        label="Within so many hours", min_value=1, max_value=LONGEST_HOURS, initial=24
    )
    reason = reason_field("Why the rule says this. The second person reads it.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Department.objects.order_by("name")
        given = {
            "checks": sorted(CHECK_TITLES.items(), key=lambda item: item[1]),
            "severities": [(item.value, item.value.capitalize()) for item in Severity],
            "ownerships": Ownership.choices,
            "classes": DeviceClass.choices,
            "departments": [(str(item.id), item.name) for item in rows],
        }
        for name, options in given.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]

    def terms(self) -> Terms:
        said = dict(self.cleaned_data)
        said.pop("reason")
        said.pop("name", None)
        several = ("checks", "severities", "ownerships", "classes", "departments")
        chosen: dict[str, Any] = {name: tuple(said.pop(name)) for name in several}
        return Terms(action=Action(said.pop("action")), **chosen, **said)


class NewRuleForm(TermsForm):
    """A name, and what the rule says."""

    name = forms.CharField(label="Name", max_length=80)
    field_order = ("name",)
