"""Evidence of the room mdm: invitations with their consents, enrolments."""

from datetime import datetime

from django.db.models import Max

from quartermaster.kernel.permits import Actor
from quartermaster.mdm.models import DestructiveTarget
from quartermaster.mdm.queries import (
    destructive_requests_visible_to,
    enrolments_visible_to,
    invitations_visible_to,
)
from quartermaster.mdm.rules.destruction import Kind, TargetState
from quartermaster.mdm.software import device_software_visible_to
from quartermaster.mdm.software_states import SoftwareState
from quartermaster.mdm.states import EnrolmentState
from quartermaster.reports.evidence import Evidence, evidence


@evidence("mdm.enrolments")
def enrolments(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    rows = enrolments_visible_to(actor)
    return Evidence(
        (
            ("devices enrolled", rows.filter(state=EnrolmentState.ENROLLED).count()),
            ("enrolments that ended", rows.filter(state=EnrolmentState.ENDED).count()),
        ),
        rows.aggregate(last=Max("last_seen_at"))["last"],
    )


@evidence("mdm.invitations")
def invitations(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    rows = invitations_visible_to(actor)
    return Evidence(
        (
            ("invitations to enrol", rows.count()),
            (
                "with the consent of a personal device's owner",
                rows.exclude(consented_at=None).count(),
            ),
        ),
        rows.aggregate(last=Max("created_at"))["last"],
    )


@evidence("mdm.destruction")
def destruction(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    rows = destructive_requests_visible_to(actor).exclude(kind=Kind.RAISE)
    devices = DestructiveTarget.objects.filter(request__in=rows.order_by().values("id"))
    return Evidence(
        (
            ("requests to erase or let go", rows.count()),
            ("approved by a second person", rows.exclude(approval=None).count()),
            ("devices that confirmed it", devices.filter(state=TargetState.CONFIRMED).count()),
            ("devices not confirmed", devices.filter(state=TargetState.UNCONFIRMED).count()),
        ),
        rows.aggregate(last=Max("requested_at"))["last"],
    )


@evidence("mdm.software")
def software(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    rows = device_software_visible_to(actor)
    return Evidence(
        (
            ("applications on devices", rows.filter(state=SoftwareState.INSTALLED).count()),
            ("on their way", rows.filter(state__in=ON_THE_WAY).count()),
            ("failed", rows.filter(state=SoftwareState.FAILED).count()),
        ),
        rows.aggregate(last=Max("changed_at"))["last"],
    )


ON_THE_WAY = [
    SoftwareState.WANTED,
    SoftwareState.LICENSED,
    SoftwareState.SENT,
    SoftwareState.PROMPTING,
    SoftwareState.INSTALLING,
]
