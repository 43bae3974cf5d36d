"""Forms: a decision, an answer, a question, and bringing the requirements in step."""

from datetime import timedelta
from typing import Any

from django import forms

from quartermaster.inventory.actions.applications import Decision
from quartermaster.inventory.applications import Gap
from quartermaster.inventory.models import ApplicationDecision, Platform
from quartermaster.inventory.verdicts import Verdict

_SYSTEMS = [("", "Every system"), *Platform.choices]


class DecisionForm(forms.Form):
    """What is decided, about what, and why."""

    title = forms.CharField(
        label="Application", max_length=120, help_text="As people search for it."
    )
    identifier = forms.CharField(
        label="Identifier",
        max_length=155,
        required=False,
        help_text="Such as com.example.app. Or leave it empty and give a pattern of names.",
    )
    name_pattern = forms.CharField(
        label="Or names like",
        max_length=120,
        required=False,
        help_text="* stands for anything: *casino*",
    )
    platform = forms.ChoiceField(label="System", choices=_SYSTEMS, required=False)
    verdict = forms.ChoiceField(
        label="Decision",
        choices=[(item.value, item.words) for item in Verdict],
        widget=forms.RadioSelect,
    )
    minimum_version = forms.CharField(
        label="Lowest version",
        max_length=40,
        required=False,
        help_text="What is older is found on City devices, as vulnerable.",
    )
    reason = forms.CharField(
        label="Why",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Everybody reads it; name no person.",
    )
    last_day = forms.DateField(
        label="Holds to the end of",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Leave it empty for a decision without an end.",
    )

    def decision(self) -> Decision:
        clean = self.cleaned_data
        last = clean["last_day"]
        names = ("title", "reason", "identifier", "name_pattern", "platform", "minimum_version")
        return Decision(
            verdict=Verdict(clean["verdict"]),
            until=last + timedelta(days=1) if last else None,
            **{name: clean[name] for name in names},
        )


class QuestionForm(forms.Form):
    """Which application, and what for."""

    title = forms.CharField(label="Application", max_length=120, help_text="Its name in the store.")
    platform = forms.ChoiceField(label="For", choices=Platform.choices)
    link = forms.CharField(
        label="Link", max_length=500, required=False, help_text="To its page: https://…"
    )
    purpose = forms.CharField(
        label="What do you need it for?", max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class EndForm(forms.Form):
    """Why it ends."""

    reason = forms.CharField(label="Reason", max_length=500, help_text="It is kept.")


def _choices(rows: list[ApplicationDecision]) -> list[tuple[str, str]]:
    return [(row.identifier, f"{row.title} ({row.identifier})") for row in rows]


class InStepForm(forms.Form):
    """Which decisions the requirements of City devices are to follow."""

    block = forms.MultipleChoiceField(label="Block", required=False)
    unblock = forms.MultipleChoiceField(label="Block no longer", required=False)
    need = forms.MultipleChoiceField(label="Require", required=False)

    def __init__(self, *args: Any, gap: Gap, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {"block": gap.to_block, "unblock": gap.to_unblock, "need": gap.to_require}
        for name, rows in offered.items():
            if rows:
                field: Any = self.fields[name]
                field.widget = forms.CheckboxSelectMultiple()
                field.choices = _choices(rows)
            else:
                del self.fields[name]

    def chosen(self, name: str) -> frozenset[str]:
        return frozenset(self.cleaned_data.get(name, ()))
