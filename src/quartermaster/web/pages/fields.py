"""Fields that forms of several rooms share."""

from typing import Any

from django import forms

from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.money import cents


class MoneyField(forms.CharField):
    """An amount such as $1,234.05; clean, it is cents, or None where nothing is written."""

    def clean(self, value: Any) -> int | None:
        written = super().clean(value)
        if not written:
            return None
        try:
            return cents(written)
        except InvalidInput as problem:
            raise forms.ValidationError(problem.message) from problem


def reason_form(
    longest: int = 300,
    *,
    label: str = "Reason",
    hint: str = "It is kept.",
    required: bool = True,
    rows: int = 3,
) -> type[forms.Form]:
    """A form that asks why, and nothing else.

    Where it is not ``required`` the act itself says whether, and what for, a reason is needed.
    """
    field = forms.CharField(
        label=label,
        max_length=longest,
        required=required,
        help_text=hint,
        widget=forms.Textarea({"rows": rows}),
    )
    return type("ReasonForm", (forms.Form,), {"reason": field})
