"""The verbs on a missing device, each with what it leads to."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from quartermaster.kernel.permits import require
from quartermaster.lifecycle import erasing
from quartermaster.lifecycle import loss_permits as permits
from quartermaster.lifecycle.actions import losses
from quartermaster.lifecycle.models import Loss, LossStatement
from quartermaster.lifecycle.queries import losses as queries
from quartermaster.lifecycle.rules.losses import Responsibility
from quartermaster.web.org.forms import day
from quartermaster.web.pages import ActPage, Crumb


class OfLoss(ActPage[Loss]):
    """What the verbs share."""

    thing = "case"
    permit = permits.LOSS_HANDLE

    def rows(self) -> QuerySet[Loss]:
        return queries.losses_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb("Lost and damaged", reverse("losses:losses")),
            Crumb(str(self.object), reverse("losses:loss", kwargs={"key": self.object.pk})),
        )

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (the case itself)
        return self.cancel_address()

    def named(self) -> dict[str, Any]:
        """The arguments that every verb takes."""
        return {"loss": self.object, "actor": self.actor, "at": self.at}


class WhyForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="Why", max_length=300, help_text="It is kept, with your name.")


class Locate(OfLoss):
    """Ask where the device is (G-10, G-11)."""

    title = "Ask where it is"
    sentence = "{} is asked where it is."
    form_class = WhyForm
    submit = "Ask"
    done = "The question waits for the device."

    def consequences(self) -> Sequence[str]:
        return (
            "Only a device in lost mode answers.",
            "Its holder is told who asked, and why. Each look at the answer is recorded.",
        )

    def act(self, form: Any) -> Loss:
        return losses.locate(reason=form.cleaned_data["reason"], **self.named())


class Erase(OfLoss):
    """Ask that the device be erased (G-10, G-11)."""

    title = "Ask to erase it"
    form_class = WhyForm
    submit = "Ask a second person"
    look = "secondary"
    done = "A second person at ITMD was asked to confirm it."

    def explain(self) -> str:
        if self.object.device.personal:
            return (
                f"What the City put on {self.object.device.asset_tag} is removed; the rest stays."
            )
        return f"Everything on {self.object.device.asset_tag} is erased."

    def consequences(self) -> Sequence[str]:
        return (
            "Nothing is sent before a second person has confirmed it with their password.",
            "Found before it is sent, the device is not erased.",
            "Its lines are suspended after the device confirmed the erasure, so that it arrives.",
            "A legal hold on the device or its holder blocks it.",
        )

    def context(self) -> dict[str, Any]:
        return {**super().context(), "problem": erasing.why_not_erase(self.object.device)}

    def act(self, form: Any) -> Loss:
        return losses.ask_erasure(reason=form.cleaned_data["reason"], **self.named())


class LaterForm(forms.Form):
    """When."""

    after_hours = forms.IntegerField(label="Hours from now", min_value=1, max_value=720, initial=12)


class EraseLater(OfLoss):
    """Have the erasure asked for in one's name, should the device not be found by then (G-11)."""

    title = "Erase it unless found"
    sentence = "Should {} not be found by then, the erasure is asked for in your name."
    form_class = LaterForm
    submit = "Set the time"
    done = "The time was set."

    def consequences(self) -> Sequence[str]:
        return ("A second person still confirms it then.", "Found before, nothing happens.")

    def act(self, form: Any) -> Loss:
        return losses.plan_erasure(after_hours=form.cleaned_data["after_hours"], **self.named())


class PoliceForm(forms.Form):
    """The number, and the day."""

    number = forms.CharField(label="Number of the police report", max_length=60)
    reported_on = day("Reported on")


class Police(OfLoss):
    """Enter the police report (G-11)."""

    title = "Enter the police report"
    sentence = "{}: a stolen device is written off with this number alone."
    form_class = PoliceForm
    submit = "Keep the number"
    done = "The number was kept."

    def act(self, form: Any) -> Loss:
        return losses.enter_police_report(**form.cleaned_data, **self.named())


class SideForm(forms.Form):
    """What the employee says."""

    reason = forms.CharField(
        label="Your side",
        max_length=4000,
        widget=forms.Textarea({"rows": 8}),
        help_text="In your own words. It cannot be changed later; you can add to it.",
    )


class Side(OfLoss):
    """State one's side of a loss (E-1)."""

    permit = permits.LOSS_ANSWER
    title = "Say your side"
    sentence = "About {}. You do not have to say anything."
    form_class = SideForm
    submit = "Keep my answer"
    done = "Your answer is kept."

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        require(self.actor, permits.LOSS_ANSWER, person_id=self.object.held_by_id)
        return super().get(*args, **kwargs)

    def consequences(self) -> Sequence[str]:
        return ("ITMD's administrators read it before they decide on responsibility.",)

    def act(self, form: Any) -> LossStatement:
        return losses.state_side(text=form.cleaned_data["reason"], **self.named())


class DecideForm(forms.Form):
    """Whose responsibility, and why."""

    responsibility = forms.ChoiceField(
        label="Responsibility", choices=Responsibility.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label="Why",
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text="The employee reads it.",
    )


class Decide(OfLoss):
    """Decide on responsibility (G-11)."""

    permit = permits.LOSS_DECIDE
    title = "Decide on responsibility"
    sentence = "{}. Read what the employee says first."
    form_class = DecideForm
    submit = "Decide"
    done = "The decision was kept."

    def consequences(self) -> Sequence[str]:
        return (
            "The employee is told that it is decided, and reads why.",
            "Careless or repeated: a referral is prepared; a person confirms or dismisses it.",
        )

    def act(self, form: Any) -> Loss:
        return losses.decide_responsibility(
            responsibility=Responsibility(form.cleaned_data["responsibility"]),
            reason=form.cleaned_data["reason"],
            **self.named(),
        )
