"""Lines of lost devices: suspended before the erasure arrived, and the carrier's word."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.lifecycle.actions import losses
from quartermaster.lifecycle.loss_permits import LOSS_HANDLE
from quartermaster.lifecycle.models import LineStop
from quartermaster.lifecycle.queries.losses import line_stops_visible_to
from quartermaster.web.losses.acts import WhyForm
from quartermaster.web.pages import ActPage, Crumb


class OfLine(ActPage[LineStop]):
    """What the two share."""

    permit = LOSS_HANDLE
    thing = "line"

    def rows(self) -> QuerySet[LineStop]:
        return line_stops_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        loss = self.object.loss
        return (
            Crumb("Lost and damaged", reverse("losses:losses")),
            Crumb(str(loss), reverse("losses:loss", kwargs={"key": loss.pk})),
        )

    def explain(self) -> str:
        return self.sentence.format(self.object.line)

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (back to the case)
        return self.cancel_address()


class SuspendLine(OfLine):
    """Suspend a line now (G-11)."""

    title = "Suspend the line now"
    sentence = "The line {} is suspended at once."
    form_class = WhyForm
    submit = "Suspend now"
    look = "secondary"
    done = "The line is suspended here; the carrier has to follow."

    def consequences(self) -> Sequence[str]:
        return (
            "Without its line the device may never hear the order to erase.",
            "The carrier's contact is written to; its reference is asked for.",
        )

    def act(self, form: Any) -> LineStop:
        return losses.suspend_line(
            stop=self.object, reason=form.cleaned_data["reason"], actor=self.actor, at=self.at
        )


class ReferenceForm(forms.Form):
    """The carrier's reference."""

    reference = forms.CharField(label="The carrier's reference", max_length=80)


class ConfirmLine(OfLine):
    """Enter the carrier's word (G-11)."""

    title = "Enter the carrier's word"
    sentence = "The carrier has suspended the line {}."
    form_class = ReferenceForm
    submit = "Suspended by the carrier"
    done = "The carrier's word was kept."

    def act(self, form: Any) -> LineStop:
        return losses.confirm_line(
            stop=self.object,
            reference=form.cleaned_data["reference"],
            actor=self.actor,
            at=self.at,
        )
