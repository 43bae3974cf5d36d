"""What is due by the clock: notices that waited, reminders, cure periods that ran out."""

from datetime import datetime

from django.db import transaction

from quartermaster.compliance.actions.findings import give_notice, remind, run_out
from quartermaster.compliance.models import Finding
from quartermaster.compliance.permits import EVALUATE
from quartermaster.compliance.rules.findings import LIVE, FindingState
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require


def take_due_steps(*, actor: Actor, at: datetime, limit: int = 500) -> int:
    """Take the next step of every finding whose time has come; how many steps (C-1)."""
    require(actor, EVALUATE)
    taken = 0
    while taken < limit:
        with transaction.atomic():
            finding = (
                Finding.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("device", "holder")
                .filter(state__in=sorted(LIVE), due_at__lte=at)
                .order_by("due_at", "id")
                .first()
            )
            if finding is None:
                return taken
            with act(actor, at) as doing:
                _step(finding, doing)
        taken += 1
    return taken


def _step(finding: Finding, doing: Act) -> None:
    if finding.state == FindingState.OPEN:
        give_notice(finding, doing)
    elif finding.reminded_at is None and finding.cure_until and finding.cure_until > doing.at:
        remind(finding, doing)
    else:
        run_out(finding, doing)
