"""Letting everything go on, and the access of one device: restricted and lifted by hand."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.compliance import access, permits
from quartermaster.compliance.actions import automatic
from quartermaster.compliance.models import ActionStop, Restriction
from quartermaster.compliance.rules.automatic import going_on
from quartermaster.compliance.withholding import withdrawal_of
from quartermaster.inventory.models import Device
from quartermaster.inventory.queries import devices_visible_to
from quartermaster.web.automatic.forms import GoOnForm, WhyForm
from quartermaster.web.pages import ActPage, Crumb
from quartermaster.web.proving import ProvingPage, proof_of


class Resume(ProvingPage[ActionStop]):
    """Let everything go on that acts by itself (G-10)."""

    permit = permits.AUTOMATIC_APPROVE
    thing = "stand-still"
    title = "Let everything go on"
    form_class = GoOnForm
    submit = "Let everything go on"
    look = "secondary"
    done = "What acts by itself goes on."

    def rows(self) -> QuerySet[ActionStop]:
        return ActionStop.objects.filter(rule=None, ended_at=None)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Automatic actions", reverse("automatic:rules")),)

    def explain(self) -> str:
        return f"It stands still since {self.object.note}"

    def consequences(self) -> Sequence[str]:
        return (
            "Each rule that is on acts again, within its limits; each act is looked at anew.",
            "Who stopped everything cannot be who lets it go on.",
        )

    def act(self, form: Any) -> ActionStop:
        return automatic.let_everything_go_on(
            reason=form.cleaned_data["reason"],
            proof=proof_of(self, form, going_on(self.object.id)),
            actor=self.actor,
            at=self.at,
        )


def _way(device: Device) -> Sequence[Crumb]:
    return (
        Crumb("Devices", reverse("inventory:devices")),
        Crumb(device.asset_tag, reverse("inventory:device", kwargs={"key": device.pk})),
    )


class Restrict(ActPage[Device]):
    """Restrict a device's access by hand (G-10)."""

    permit = permits.ACCESS_RESTRICT
    thing = "device"
    title = "Restrict access"
    form_class = WhyForm
    submit = "Restrict access"
    look = "secondary"
    done = "The access was restricted."
    sentence = "City services that ask this house turn {} away until a person lifts it."

    def rows(self) -> QuerySet[Device]:
        return devices_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return _way(self.object)

    def consequences(self) -> Sequence[str]:
        return (
            *withdrawal_of(self.object, self.at).sentences,
            "The holder is told, with your reason. It is kept with your name.",
        )

    def act(self, form: Any) -> Restriction:
        return automatic.restrict_access(
            device=self.object,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )


class Lift(ActPage[Restriction]):
    """Lift one restriction by hand (G-10)."""

    permit = permits.ACCESS_RESTRICT
    thing = "restriction"
    title = "Lift the restriction"
    form_class = WhyForm
    submit = "Lift it"
    done = "The restriction was lifted."
    sentence = "{}"

    def rows(self) -> QuerySet[Restriction]:
        return access.restrictions_visible_to(self.actor).filter(lifted_at=None)

    def crumbs(self) -> Sequence[Crumb]:
        return _way(self.object.device)

    def consequences(self) -> Sequence[str]:
        return (
            "City services admit the device again, unless something else restricts it.",
            *self._comes_back(),
            "A rule does not place it again for the same finding.",
        )

    def _comes_back(self) -> Sequence[str]:
        names = ", ".join(self.object.withdrawn)
        return (f"What was taken off comes back by itself: {names}.",) if names else ()

    def act(self, form: Any) -> Restriction:
        return automatic.lift_restriction(
            restriction_id=self.object.pk,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )
