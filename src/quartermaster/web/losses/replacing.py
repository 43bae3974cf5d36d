"""Choosing a replacement by what the work takes."""

from typing import Any
from uuid import UUID

from django import forms

from quartermaster.inventory.rules.details import CAPABILITIES
from quartermaster.lifecycle.actions import losses
from quartermaster.lifecycle.models import Replacement
from quartermaster.lifecycle.queries import losses as queries
from quartermaster.lifecycle.rules.replacements import Candidate
from quartermaster.web.losses.acts import OfLoss, WhyForm

MOST = 25


class NeedsForm(forms.Form):
    """What the work takes."""

    needs = forms.MultipleChoiceField(
        label="What the work takes",
        choices=[(name, name) for name in CAPABILITIES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class ReplaceForm(NeedsForm):
    """A device out of the list, and why, where it lacks something."""

    device = forms.ChoiceField(label="Device in stock", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Why it will do",
        max_length=300,
        required=False,
        help_text="Needed where it lacks something.",
    )

    def __init__(self, *args: Any, candidates: list[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["device"].choices = [  # type: ignore[attr-defined]
            (str(item.offer.device_id), _words(item)) for item in candidates
        ]


def _words(item: Candidate) -> str:
    able = ", ".join(sorted(item.offer.capabilities)) or "nothing known"
    fit = "meets the needs" if item.fits else f"lacks {', '.join(item.missing)}"
    near = ", in the own department" if item.offer.same_department else ""
    return f"{item.offer.tag} ({item.offer.platform}{near}): {fit}; has {able}"


class Replace(OfLoss):
    """Choose a device in stock that can do the same work (G-11)."""

    title = "Choose a replacement"
    sentence = "In place of {}: by what it can do, not by its model. The best stands first."
    form_class = ReplaceForm
    template_name = "losses/replace.html"
    submit = "Choose it"
    done = "It is kept for the employee. Hand it out as any device."

    def needs(self) -> list[str]:
        given = self.request.POST or self.request.GET
        if "needs" in given or "rank" in given:
            return [name for name in given.getlist("needs") if name in CAPABILITIES]
        return queries.needs_suggested(self.object)

    def initial(self) -> dict[str, Any]:
        return {"needs": self.needs()}

    def form_arguments(self) -> dict[str, Any]:
        return {"candidates": queries.candidates_for(self.object, self.needs())[:MOST]}

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "chosen": self.needs(),
            "capabilities": CAPABILITIES,
            "any": bool(self.form_arguments()["candidates"]),
        }

    def act(self, form: Any) -> Replacement:
        said = form.cleaned_data
        return losses.choose_replacement(
            device_id=UUID(said["device"]),
            needs=said["needs"],
            reason=said["reason"],
            **self.named(),
        )


class OrderForm(NeedsForm):
    """What stock has not."""

    reason = forms.CharField(label="What stock has not", max_length=300)


class Order(OfLoss):
    """Have a replacement ordered (G-11, G-12)."""

    title = "Have one ordered"
    sentence = "Nothing in stock will do in place of {}: one is requested in the employee's name."
    form_class = OrderForm
    submit = "Have it ordered"
    done = "It is requested; the coordinator recommends it, and it is ordered once authorised."

    def initial(self) -> dict[str, Any]:
        return {"needs": queries.needs_suggested(self.object)}

    def act(self, form: Any) -> Replacement:
        return losses.order_replacement(**form.cleaned_data, **self.named())


class NoReplacement(OfLoss):
    """Note that none is needed (G-11)."""

    title = "None is needed"
    sentence = "Nothing takes the place of {}."
    form_class = WhyForm
    submit = "None is needed"
    done = "It is noted that none is needed."

    def act(self, form: Any) -> Replacement:
        return losses.need_no_replacement(reason=form.cleaned_data["reason"], **self.named())
