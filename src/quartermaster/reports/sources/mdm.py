"""Evidence of the room mdm: invitations with their consents, enrolments."""

from datetime import datetime

from django.db.models import Max

from quartermaster.kernel.permits import Actor
from quartermaster.mdm.queries import enrolments_visible_to, invitations_visible_to
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
