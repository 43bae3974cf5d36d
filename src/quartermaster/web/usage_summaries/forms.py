"""What is summed, for which months, and what is drawn."""

from datetime import date
from typing import Any

from django import forms

from quartermaster.kernel.permits import Actor, reach
from quartermaster.usage.queries.summaries import By, usage_visible_to
from quartermaster.usage.rules.reviews import Looked
from quartermaster.usage.rules.telling import TITLES
from quartermaster.usage.summary_permits import SUMMARY_VIEW

PLAIN = (By.MONTH, By.LINE, By.PLAN)


class SummaryForm(forms.Form):
    """Choices that the actor has; anything else that stands in the address counts as none."""

    by = forms.ChoiceField(label="Summed by", required=False)
    first = forms.ChoiceField(label="From", required=False)
    last = forms.ChoiceField(label="To", required=False)
    department = forms.ChoiceField(label="Department", required=False)
    measure = forms.ChoiceField(label="Drawn", required=False, choices=list(TITLES.items()))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = usage_visible_to(actor)
        months = [(f"{day:%Y-%m}", f"{day:%B %Y}") for day in months_of(rows)]
        seen = rows.exclude(department=None).order_by("department__name")
        departments = seen.values_list("department_id", "department__name").distinct()
        extent = reach(actor, SUMMARY_VIEW)
        ways = list(By) if extent.everything or extent.departments else list(PLAIN)
        if extent.people and By.PERSON not in ways:
            ways.insert(1, By.PERSON)
        choices: dict[str, list[tuple[str, str]]] = {
            "by": [(way.value, way.label) for way in ways if way is not By.CITY],
            "first": months,
            "last": months,
            "department": [
                ("", "All that you see"),
                *((str(key), name) for key, name in departments),
            ],
        }
        for name, listed in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # as declared above
            field.choices = listed
        self.months = [value for value, _ in months]
        self.ways = [value for value, _ in choices["by"]]

    def chosen(self, name: str, otherwise: str) -> str:
        value: str = self.cleaned_data.get(name) or otherwise
        return value


def months_of(rows: Any) -> list[date]:
    """The months of which there is something, the last first."""
    plain = rows.select_related(None).order_by("-month")
    return list(plain.values_list("month", flat=True).distinct()[:120])


class SignForm(forms.Form):
    """What was looked at, and what came of it."""

    looked_at = forms.MultipleChoiceField(
        label="You have looked at",
        choices=[(item.value, item.label) for item in Looked],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(
        label="Note",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        required=False,
        help_text="What comes of what stands out, and of what did not arrive.",
    )
