"""What may be done to an enrolment or a command."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.mdm import actions, queries
from quartermaster.mdm.models import Command, Enrolment
from quartermaster.mdm.permits import COMMAND_SEND, ENROLMENT_END
from quartermaster.policy.requirements import CATALOGUE
from quartermaster.web.links import device_address
from quartermaster.web.pages import ActPage, Crumb


class OnEnrolment(ActPage[Enrolment]):
    """Base of the verbs on one enrolment. They lead back to the device."""

    thing = "enrolment"
    done = "{}"

    def rows(self) -> QuerySet[Enrolment]:
        return queries.enrolments_visible_to(self.actor)

    def explain(self) -> str:
        return self.sentence.format(self.object.device.asset_tag)

    def crumbs(self) -> Sequence[Crumb]:
        device = self.object.device
        return (
            Crumb("Devices", reverse("inventory:devices")),
            Crumb(device.asset_tag, device_address(self.request, device)),
        )


class Refresh(OnEnrolment):
    """Ask the device anew for everything that is known of it (G-3)."""

    permit = COMMAND_SEND
    title = "Ask the device again"
    sentence = "{} is asked anew for everything that is known of it."
    submit = "Ask again"

    def act(self, form: Any) -> str:  # noqa: ARG002 (the form only confirms)
        queued = actions.refresh_posture(enrolment=self.object, actor=self.actor, at=self.at)
        return f"{_questions(len(queued))} for the device."


def _questions(count: int) -> str:
    return "1 question waits" if count == 1 else f"{count} questions wait"


class Configure(OnEnrolment):
    """Bring the device to what is required of it now (G-3, G-10)."""

    permit = COMMAND_SEND
    title = "Apply the requirements again"
    sentence = "{} is brought to what is required of it now."
    submit = "Apply"

    def consequences(self) -> Sequence[str]:
        return (
            "Settings that are missing or changed are sent; what is there already is not.",
            "Settings that are required no longer are removed.",
        )

    def act(self, form: Any) -> str:  # noqa: ARG002 (the form only confirms)
        made = actions.configure_device(
            enrolment=self.object, again=True, actor=self.actor, at=self.at
        )
        count = len(made.commands)
        said = f"{count} commands wait for the device." if count else "Nothing is to be changed."
        cannot = [CATALOGUE[name].title.lower() for name, _ in made.compiled.unenforceable]
        return f"{said} Cannot be enforced here: {', '.join(cannot)}." if cannot else said


class EndForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="Reason", max_length=100, help_text="It is kept.")


class EndEnrolment(OnEnrolment):
    """Refuse the device from now on (G-10)."""

    permit = ENROLMENT_END
    title = "End the enrolment"
    sentence = "{} is not managed any longer."
    form_class = EndForm
    submit = "End the enrolment"
    look = "secondary"

    def consequences(self) -> Sequence[str]:
        return (
            "Its certificate is refused from now on, and what waits for it is cancelled.",
            "Settings stay on the device until the profile is removed there.",
            "Open findings on it are closed. To come back, it must be invited anew.",
        )

    def act(self, form: Any) -> str:
        enrolment = self.object
        actions.end_enrolment(
            enrolment=enrolment,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )
        return f"The enrolment of {enrolment.device.asset_tag} has ended."


class CancelCommand(ActPage[Command]):
    """Withdraw a command that is not answered yet (G-10)."""

    permit = COMMAND_SEND
    thing = "command"
    title = "Cancel the command"
    sentence = "{}: the device will not get it, unless it has it already."
    submit = "Cancel the command"
    look = "secondary"
    done = "The command was cancelled."

    def rows(self) -> QuerySet[Command]:
        return queries.commands_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Commands", reverse("mdm:commands")),)

    def act(self, form: Any) -> None:  # noqa: ARG002 (the form only confirms)
        actions.cancel_command(command=self.object, actor=self.actor, at=self.at)
