"""Evidence of the room mdm: invitations with their consents, enrolments."""

from datetime import datetime

from django.db.models import Q

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
from quartermaster.reports.evidence import ALL, Evidence, evidence, tally


@evidence("mdm.enrolments")
def enrolments(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    return tally(
        enrolments_visible_to(actor),
        ("devices enrolled", Q(state=EnrolmentState.ENROLLED)),
        ("enrolments that ended", Q(state=EnrolmentState.ENDED)),
        last="last_seen_at",
    )


@evidence("mdm.invitations")
def invitations(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    return tally(
        invitations_visible_to(actor),
        ("invitations to enrol", ALL),
        ("with the consent of a personal device's owner", Q(consented_at__isnull=False)),
        last="created_at",
    )


@evidence("mdm.destruction")
def destruction(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    rows = destructive_requests_visible_to(actor).exclude(kind=Kind.RAISE)
    devices = tally(
        DestructiveTarget.objects.filter(request__in=rows.order_by().values("id")),
        ("devices that confirmed it", Q(state=TargetState.CONFIRMED)),
        ("devices not confirmed", Q(state=TargetState.UNCONFIRMED)),
    )
    asked = tally(
        rows,
        ("requests to erase or let go", ALL),
        ("approved by a second person", Q(approval__isnull=False)),
        last="requested_at",
    )
    return Evidence((*asked.counts, *devices.counts), asked.last_run)


@evidence("mdm.software")
def software(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    return tally(
        device_software_visible_to(actor),
        ("applications on devices", Q(state=SoftwareState.INSTALLED)),
        ("on their way", Q(state__in=ON_THE_WAY)),
        ("failed", Q(state=SoftwareState.FAILED)),
        last="changed_at",
    )


ON_THE_WAY = [
    SoftwareState.WANTED,
    SoftwareState.LICENSED,
    SoftwareState.SENT,
    SoftwareState.PROMPTING,
    SoftwareState.INSTALLING,
]
