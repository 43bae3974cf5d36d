"""Verbs on applications: assign, end, retire, approve or withdraw a version, try again."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.kernel.permits import reach
from quartermaster.mdm import software as queries
from quartermaster.mdm.actions import software as actions
from quartermaster.mdm.models import (
    DeviceSoftware,
    Software,
    SoftwareAssignment,
    SoftwarePackage,
)
from quartermaster.mdm.software_permits import (
    PACKAGE_APPROVE,
    SOFTWARE_MANAGE,
    SOFTWARE_RETRY,
    SOFTWARE_VIEW,
)
from quartermaster.web.applications import forms
from quartermaster.web.applications.views import crumbs
from quartermaster.web.pages import ActPage, Crumb
from quartermaster.web.proving import ProvingPage, proof_of


def _way(software: Software) -> tuple[Crumb, ...]:
    here = reverse("applications:one", kwargs={"key": software.pk})
    return (*crumbs(), Crumb(software.title, here))


class Assign(ActPage[Software]):
    """Say who must or may have an application (G-4)."""

    permit = SOFTWARE_MANAGE
    thing = "application"
    title = "Assign"
    sentence = "Say which department or device is to have {}. What the policy requires comes by"
    sentence += " itself."
    form_class = forms.AssignForm
    submit = "Assign"
    done = "{} was assigned."

    def rows(self) -> QuerySet[Software]:
        return queries.software_visible_to(self.actor).filter(retired_at=None)

    def crumbs(self) -> Sequence[Crumb]:
        return _way(self.object)

    def act(self, form: Any) -> str:
        actions.assign_software(
            software=self.object,
            purpose=form.cleaned_data["purpose"],
            department=form.cleaned_data["department"],
            device=form.cleaned_data["device"],
            actor=self.actor,
            at=self.at,
        )
        return self.object.title


class EndAssignment(ActPage[SoftwareAssignment]):
    """Take an application away from those to whom it was assigned (G-4)."""

    permit = SOFTWARE_MANAGE
    thing = "assignment"
    title = "End the assignment"
    sentence = "{}: ended."
    submit = "End it"
    look = "secondary"
    done = "The assignment has ended."

    def rows(self) -> QuerySet[SoftwareAssignment]:
        return queries.assignments_visible_to(self.actor).filter(ended_at=None)

    def crumbs(self) -> Sequence[Crumb]:
        return _way(self.object.software)

    def consequences(self) -> Sequence[str]:
        return (
            "Where nothing else asks for the application, it is removed from the device.",
            "Its licences are given back.",
        )

    def act(self, form: Any) -> None:  # noqa: ARG002 (the form only confirms)
        actions.end_assignment(assignment=self.object, actor=self.actor, at=self.at)


class Retire(ActPage[Software]):
    """Deliver an application no longer (G-4, G-10)."""

    permit = SOFTWARE_MANAGE
    thing = "application"
    title = "Retire"
    sentence = "{} is delivered no longer."
    form_class = forms.ReasonForm
    submit = "Retire"
    look = "secondary"
    done = "It was retired."

    def rows(self) -> QuerySet[Software]:
        return queries.software_visible_to(self.actor).filter(retired_at=None)

    def crumbs(self) -> Sequence[Crumb]:
        return _way(self.object)

    def consequences(self) -> Sequence[str]:
        return (
            "It is removed from every device that it was brought to, with its data there.",
            "Its licences are given back. What the policy requires is then only looked for.",
        )

    def act(self, form: Any) -> None:
        actions.retire_software(
            software=self.object,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )


class WithdrawPackage(ActPage[SoftwarePackage]):
    """Hand a version out no longer (G-10)."""

    permit = SOFTWARE_MANAGE
    thing = "version"
    title = "Withdraw the version"
    sentence = "{}: devices get the version before it, if there is one."
    submit = "Withdraw"
    look = "secondary"
    done = "The version was withdrawn."

    def rows(self) -> QuerySet[SoftwarePackage]:
        rows = SoftwarePackage.objects.select_related("software").filter(withdrawn_at=None)
        return rows if reach(self.actor, SOFTWARE_VIEW).everything else rows.none()

    def crumbs(self) -> Sequence[Crumb]:
        return _way(self.object.software)

    def act(self, form: Any) -> None:  # noqa: ARG002 (the form only confirms)
        actions.withdraw_package(package=self.object, actor=self.actor, at=self.at)


class ApprovePackage(ProvingPage[SoftwarePackage]):
    """Stand, as the second person, for what a package does on devices (G-10)."""

    permit = PACKAGE_APPROVE
    thing = "version"
    title = "Approve as the second person"
    submit = "Approve"
    look = "secondary"
    done = "Approved. It goes to the devices that are to have it."

    def rows(self) -> QuerySet[SoftwarePackage]:
        return queries.packages_to_approve(self.actor)

    def explain(self) -> str:
        package = self.object
        return f"{package.added_by} added {package}, the file {package.file.name}."

    def consequences(self) -> Sequence[str]:
        return (
            "What it holds runs on devices, on a Mac with every right: it could erase them.",
            "See who made it, and compare its digest with what they name.",
            f"SHA-256: {self.object.file.digest}",
        )

    def crumbs(self) -> Sequence[Crumb]:
        return _way(self.object.software)

    def act(self, form: Any) -> SoftwarePackage:
        package = self.object
        proof = proof_of(self, form, actions.standing_for(package))
        return actions.approve_package(
            package_id=package.id, proof=proof, actor=self.actor, at=self.at
        )

    def next_address(self, outcome: SoftwarePackage) -> str:
        return reverse("applications:one", kwargs={"key": outcome.software_id})


class TryAgain(ActPage[DeviceSoftware]):
    """Bring an application again that failed or was declined (G-4)."""

    permit = SOFTWARE_RETRY
    thing = "application on a device"
    title = "Try again"
    submit = "Try again"
    done = "It is brought again."

    def rows(self) -> QuerySet[DeviceSoftware]:
        return queries.device_software_visible_to(self.actor)

    def explain(self) -> str:
        row = self.object
        return f"{row.software} is brought to {row.device} again. Last: {row.reason or row.state}"

    def crumbs(self) -> Sequence[Crumb]:
        return (*crumbs(), Crumb("On devices", reverse("applications:devices")))

    def act(self, form: Any) -> None:  # noqa: ARG002 (the form only confirms)
        actions.try_again(row=self.object, actor=self.actor, at=self.at)
