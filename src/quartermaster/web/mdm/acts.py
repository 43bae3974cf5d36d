"""What may be done to an enrolment or a command."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.mdm import actions, queries
from quartermaster.mdm.models import Certificate, Command, Enrolment
from quartermaster.mdm.permits import COMMAND_SEND, ENROLMENT_END, IDENTITY_REVOKE
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
        queued = [
            *actions.refresh_posture(enrolment=self.object, actor=self.actor, at=self.at),
            *actions.ask_users(enrolment=self.object, actor=self.actor, at=self.at),
        ]
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


class RenewIdentity(OnEnrolment):
    """Have the device renew its certificate before its time (G-10)."""

    permit = COMMAND_SEND
    title = "Renew the certificate"
    sentence = "{} is told to ask for a new certificate."
    submit = "Renew the certificate"

    def consequences(self) -> Sequence[str]:
        return (
            "The enrolment profile is sent again; nothing in it changes but the certificate.",
            "The present certificate stays good until the new one is used.",
        )

    def act(self, form: Any) -> str:  # noqa: ARG002 (the form only confirms)
        actions.renew_identity(enrolment=self.object, actor=self.actor, at=self.at)
        return "The command to renew waits for the device."


class RevokeCertificate(ActPage[Certificate]):
    """Refuse one certificate from now on (G-10, G-11)."""

    permit = IDENTITY_REVOKE
    thing = "certificate"
    title = "Revoke the certificate"
    sentence = "{}: whoever has it is refused from now on, at once and everywhere."
    form_class = EndForm
    submit = "Revoke the certificate"
    look = "secondary"
    done = "The certificate was revoked."

    def rows(self) -> QuerySet[Certificate]:
        return queries.certificates_visible_to(self.actor)

    def explain(self) -> str:
        device = self.object.enrolment.device
        return self.sentence.format(f"Certificate {self.object.serial} of {device.asset_tag}")

    def consequences(self) -> Sequence[str]:
        return (
            "The enrolment goes on if the device has another good certificate.",
            "If this is its only one, the device cannot come in and must be enrolled anew.",
        )

    def crumbs(self) -> Sequence[Crumb]:
        device = self.object.enrolment.device
        return (
            Crumb("Devices", reverse("inventory:devices")),
            Crumb(device.asset_tag, device_address(self.request, device)),
        )

    def act(self, form: Any) -> None:
        actions.revoke_certificate(
            certificate=self.object,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )


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
