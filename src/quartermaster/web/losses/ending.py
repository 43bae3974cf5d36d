"""How a case ends: found, repaired, given up, or closed."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.inventory.models import Device
from quartermaster.inventory.states import Occasion
from quartermaster.kernel import money
from quartermaster.lifecycle.actions import losses
from quartermaster.lifecycle.actions.losses import Whither
from quartermaster.lifecycle.loss_permits import LOSS_HANDLE, LOSS_REPORT
from quartermaster.lifecycle.models import Loss
from quartermaster.lifecycle.queries import losses as queries
from quartermaster.lifecycle.rules.losses import LossKind
from quartermaster.web.custody.occasions import AddOnOccasion
from quartermaster.web.guard import may_open
from quartermaster.web.losses.acts import OfLoss, WhyForm
from quartermaster.web.org.forms import day
from quartermaster.web.pages import Crumb

_PLACES = [
    (Whither.HOLDER.value, "Back to its holder"),
    (Whither.STOCK.value, "Into stock, to be sanitised"),
]


class FoundForm(forms.Form):
    """Where it was, and where it goes."""

    where = forms.CharField(label="Where it was found", max_length=200)
    whither = forms.ChoiceField(
        label="Where it goes", choices=_PLACES, initial="holder", widget=forms.RadioSelect
    )


class Found(OfLoss):
    """Say that it is found (G-11)."""

    permit = LOSS_REPORT
    title = "It is found"
    sentence = "{} is found."
    form_class = FoundForm
    submit = "It is found"
    done = "The case is closed."

    def consequences(self) -> Sequence[str]:
        return (
            "An erasure that was not sent yet is stopped, whoever asked for it.",
            "Lost mode is ended, and suspended lines are restored.",
            "A replacement that was not handed out yet is free again.",
        )

    def make_form(self) -> Any:
        form = super().make_form()
        if not may_open(self.actor, LOSS_HANDLE) or self.object.device.personal:
            del form.fields["whither"]
        return form

    def act(self, form: Any) -> Loss:
        said = form.cleaned_data
        return losses.mark_found(
            where=said["where"],
            whither=Whither(said.get("whither") or Whither.HOLDER),
            **self.named(),
        )


class RepairForm(forms.Form):
    """Who repairs it, for how much, until when."""

    vendor = forms.CharField(label="Repaired by", max_length=120)
    cost = forms.CharField(label="Cost", max_length=20, help_text="In dollars, such as 89.00.")
    due_on = day("Back by")


class Repair(OfLoss):
    """Send it to repair (G-11)."""

    title = "Send it to repair"
    sentence = "{} goes to repair. ITMD is reminded when it should be back."
    form_class = RepairForm
    submit = "Send to repair"
    done = "It is noted as in repair."

    def act(self, form: Any) -> Loss:
        said = form.cleaned_data
        return losses.send_to_repair(
            vendor=said["vendor"],
            cost_cents=money.cents(said["cost"]),
            due_on=said["due_on"],
            **self.named(),
        )


class RepairedForm(forms.Form):
    """What was done, and where it goes."""

    note = forms.CharField(
        label="What was done", max_length=300, help_text="Or that it is fit as it is."
    )
    cost = forms.CharField(label="Cost in the end", max_length=20, required=False)
    whither = forms.ChoiceField(
        label="Where it goes", choices=_PLACES, initial="holder", widget=forms.RadioSelect
    )


class Repaired(OfLoss):
    """Note that it is fit for use (G-11)."""

    title = "It is fit for use"
    sentence = "{} is repaired, or fit as it is."
    form_class = RepairedForm
    submit = "It is fit for use"
    done = "The case is closed."

    def act(self, form: Any) -> Loss:
        said = form.cleaned_data
        return losses.mark_repaired(
            note=said["note"],
            cost_cents=money.cents(said["cost"]) if said["cost"] else None,
            whither=Whither(said["whither"]),
            **self.named(),
        )


class PhotographDamage(AddOnOccasion[Loss]):
    """Photograph what is damaged (G-11)."""

    thing = "case"
    occasion = Occasion.DAMAGED
    cause_kind = "lifecycle.loss"

    def rows(self) -> QuerySet[Loss]:
        return queries.losses_visible_to(self.actor).filter(kind=LossKind.DAMAGED)

    def device(self) -> Device:
        return self.object.device

    def crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb("Lost and damaged", reverse("losses:losses")),
            Crumb(str(self.object), reverse("losses:loss", kwargs={"key": self.object.pk})),
        )


class GiveUp(OfLoss):
    """Note that it is beyond repair (G-11, C-3)."""

    title = "It is beyond repair"
    sentence = "{} is not repaired. It stays the City's: it is returned, sanitised and disposed of."
    form_class = WhyForm
    submit = "Beyond repair"
    look = "secondary"
    done = "The case is closed. Have the device returned."

    def act(self, form: Any) -> Loss:
        return losses.give_up(reason=form.cleaned_data["reason"], **self.named())


class Close(OfLoss):
    """Close the case of a personal device (G-2)."""

    title = "Close the case"
    sentence = "{} is not found. Its registration ends; it stays its owner's."
    form_class = WhyForm
    submit = "Close the case"
    look = "secondary"
    done = "The case is closed."

    def act(self, form: Any) -> Loss:
        return losses.close_personal(reason=form.cleaned_data["reason"], **self.named())
