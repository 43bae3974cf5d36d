"""Who stands in, and when."""

from typing import Any

from django import forms

from quartermaster.web.org.forms import day


class ColleagueForm(forms.Form):
    """A colleague by personnel number or e-mail, and the days."""

    person = forms.CharField(
        label="For whom",
        max_length=254,
        required=False,
        help_text="Personnel number or e-mail; empty: for yourself.",
    )
    delegate = forms.CharField(
        label="Who stands in",
        max_length=254,
        help_text="Personnel number or e-mail. Not somebody who takes the other step of the same"
        " requests.",
    )
    starts_on = day("First day")
    ends_on = day("Last day")
    reason = forms.CharField(label="Why", max_length=300, required=False)

    def __init__(self, *args: Any, for_others: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not for_others:
            del self.fields["person"]
