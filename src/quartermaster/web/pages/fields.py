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
