"""Forms of the pool. They gather plain values; the room's own models judge them."""

from collections.abc import Sequence
from typing import Any

from django import forms

from quartermaster.inventory.models import Device
from quartermaster.lifecycle.models import PoolHotspot
from quartermaster.lifecycle.rules.loans import RESET_STEPS, Condition
from quartermaster.org.models import Department
from quartermaster.web.org.forms import OfActor, PersonField, day


class ReserveForm(OfActor):
    """For whom, which days, what for."""

    person = PersonField(
        label="For whom", required=False, help_text="Personnel number; empty: for yourself."
    )
    starts_on = day("From")
    ends_on = day("Until", help_text="The day on which it comes back.")
    purpose = forms.CharField(label="What is it for?", max_length=300)
    hotspot = forms.ChoiceField(label="Which one", required=False)

    def __init__(
        self, *args: Any, for_others: bool, pool: Sequence[PoolHotspot], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not for_others:
            del self.fields["person"]
        found = [(str(one.pk), str(one)) for one in pool]
        self.fields["hotspot"].choices = [("", "Whichever is free"), *found]  # type: ignore[attr-defined]


class LendForm(forms.Form):
    """The borrower signs with their name."""

    signed_name = forms.CharField(
        label="The borrower's name, typed by the borrower",
        max_length=160,
        help_text="“I received this hot-spot and know the policy; I bring it back by then.”",
    )


class ExtendForm(forms.Form):
    ends_on = day("Until")


class SwapForm(forms.Form):
    reason = forms.CharField(label="What is wrong with it?", max_length=300)


class CancelForm(forms.Form):
    reason = forms.CharField(label="Reason", max_length=300)


class ReturnForm(forms.Form):
    """How it came back, and what was done before it is lent again."""

    condition = forms.ChoiceField(
        label="Condition", choices=Condition.choices, widget=forms.RadioSelect
    )
    reset_steps = forms.MultipleChoiceField(
        label="Done",
        choices=list(RESET_STEPS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="All of it, unless it does not work.",
    )
    note = forms.CharField(label="Note", max_length=300, required=False)


class AddForm(forms.Form):
    """A hot-spot out of stock, a name, and whose people may borrow it."""

    device = forms.ChoiceField(label="Hot-spot in stock")
    label = forms.CharField(
        label="Name", max_length=60, help_text="As it stands on its label, such as Mi-Fi 7."
    )
    department = forms.ModelChoiceField(
        label="Whose pool",
        queryset=Department.objects.filter(coverage="covered"),
        required=False,
        empty_label="The whole city's",
    )

    def __init__(self, *args: Any, stock: Sequence[Device], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(str(one.pk), f"{one}, {one.department}") for one in stock]
        self.fields["device"].choices = found  # type: ignore[attr-defined]
