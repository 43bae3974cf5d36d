"""Forms of requirements. The fields of settings are made from the catalogue."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings as house

from quartermaster.kernel.errors import InvalidInput
from quartermaster.policy.controls import REQUIREMENT_IDS
from quartermaster.policy.requirements import (
    CATALOGUE,
    EVERY_PLATFORM,
    PLATFORM_NAMES,
    Setting,
    parse_settings,
)
from quartermaster.web.org.forms import OfActor, PersonField
from quartermaster.web.pages.fields import reason_form

_ONE_A_LINE = "One identifier a line, such as com.example.app."


class SettingsForm(forms.Form):
    """A field for each setting of the catalogue; what is left empty asks for nothing.

    ``floor`` is what holds already: shown as a hint, so that one sees what can be added to.
    """

    def __init__(self, *args: Any, floor: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for entry in CATALOGUE.values():
            for name, made in _fields(entry).items():
                made.required = False
                held = (floor or {}).get(entry.key)
                parts = [made.help_text, entry.help, f"Now: {held}." if held else ""]
                made.help_text = " ".join(str(part) for part in parts if part)
                self.fields[name] = made

    def settings(self) -> dict[str, Any]:
        """The settings that were named, with values that fit."""
        named: dict[str, Any] = {}
        for entry in CATALOGUE.values():
            value = self._named(entry)
            if value not in (None, "", [], {}, False):
                named[entry.key] = value
        try:
            return parse_settings(named, "Settings")
        except InvalidInput as fault:
            raise InvalidInput(fault.message, field=_first(str(fault.facts["setting"]))) from None

    def _named(self, entry: Setting) -> Any:
        data = self.cleaned_data
        if entry.order.kind == "versions":
            found = {name: data[f"{entry.key}_{name}"].strip() for name in EVERY_PLATFORM}
            return {name: version for name, version in found.items() if version}
        if entry.order.kind in {"union", "intersection"}:
            return [line.strip() for line in data[entry.key].splitlines() if line.strip()]
        return data[entry.key]


def initial_of(named: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields hold for settings that are named already."""
    held: dict[str, Any] = {}
    for key, value in named.items():
        kind = CATALOGUE[key].order.kind
        if kind == "versions":
            held |= {f"{key}_{name}": version for name, version in value.items()}
        elif kind in {"union", "intersection"}:
            held[key] = "\n".join(sorted(value or ()))
        else:
            held[key] = value
    return held


def _first(key: str) -> str:
    return f"{key}_{EVERY_PLATFORM[0]}" if CATALOGUE[key].order.kind == "versions" else key


def _fields(entry: Setting) -> dict[str, forms.Field]:
    order: Any = entry.order
    label = f"{entry.title} ({entry.unit})" if entry.unit else entry.title
    match order.kind:
        case "flag":
            return {entry.key: forms.BooleanField(label=label)}
        case "at least":
            made = forms.IntegerField(label=label, min_value=0, max_value=order.highest)
            return {entry.key: made}
        case "at most":
            made = forms.IntegerField(label=label, min_value=order.lowest, max_value=order.highest)
            return {entry.key: made}
        case "ranked":
            words = [("", "Nothing asked"), *((word, word.capitalize()) for word in order.words)]
            return {entry.key: forms.ChoiceField(label=label, choices=words)}
        case "versions":
            return {
                f"{entry.key}_{name}": forms.CharField(
                    label=f"{label}, {PLATFORM_NAMES[name]}",
                    max_length=20,
                    help_text="Such as 18.1.",
                )
                for name in EVERY_PLATFORM
            }
        case _:
            area = forms.Textarea(attrs={"rows": 3})
            made_text = forms.CharField(
                label=label, widget=area, max_length=20_000, help_text=_ONE_A_LINE
            )
            return {entry.key: made_text}


ReasonForm = reason_form(500, hint="It is kept with the change.", required=False)


class AdoptionForm(forms.Form):
    """What an excluded department takes on by its own decision (S-3)."""

    clauses = forms.MultipleChoiceField(
        label="Clauses that are adopted",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            (clause, clause)
            for clause in REQUIREMENT_IDS
            if any(entry.clause == clause for entry in CATALOGUE.values())
        ],
    )
    settings = forms.MultipleChoiceField(
        label="Single settings that are adopted",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(entry.key, f"{entry.title} ({entry.clause})") for entry in CATALOGUE.values()],
    )
    decided_on = forms.DateField(label="Decided on", widget=forms.DateInput(attrs={"type": "date"}))
    decided_by = forms.CharField(
        label="Decided by", max_length=30, help_text="Personnel number of who decided it."
    )


class ExceptionForm(OfActor):
    """Less of one setting, for someone, for a time."""

    setting = forms.ChoiceField(
        label="Setting", choices=[(entry.key, entry.title) for entry in CATALOGUE.values()]
    )
    value = forms.CharField(
        label="Value instead",
        required=False,
        max_length=200,
        help_text="A number or a word. Leave it empty to ask for nothing at all of this setting.",
    )
    ownership = forms.ChoiceField(
        label="Devices", choices=[("city", "City devices"), ("personal", "Personal devices")]
    )
    person = PersonField(label="For whom", max_length=30, help_text="Personnel number.")
    reason = forms.CharField(label="Reason", max_length=500, widget=forms.Textarea)
    compensation = forms.CharField(
        label="What is done instead",
        max_length=500,
        required=False,
        widget=forms.Textarea,
        help_text="What protects the city meanwhile.",
    )
    until = forms.DateField(
        label="Until",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="The last day, 180 days from now at most.",
    )

    def expires_at(self) -> datetime:
        """The end of the last day, in the city's zone."""
        last = datetime.combine(
            self.cleaned_data["until"], time(23, 59, 59), ZoneInfo(house.TIME_ZONE)
        )
        return last.astimezone(UTC)

    def asked_value(self) -> Any:
        """The value in the type of its setting."""
        entry = CATALOGUE[self.cleaned_data["setting"]]
        text = self.cleaned_data["value"].strip()
        if not text:
            return entry.order.plain(entry.lax)
        match entry.order.kind:
            case "flag":
                raise InvalidInput("Leave the value empty: nothing is asked then.", field="value")
            case "at least" | "at most":
                if not text.isascii() or not text.isdigit():
                    raise InvalidInput(f"Give {entry.order.describe()}.", field="value")
                return int(text)
            case "ranked":
                return text.lower()
            case _:
                raise InvalidInput(
                    "Of lists and versions, only the whole setting can be excepted from: leave"
                    " the value empty.",
                    field="value",
                )
