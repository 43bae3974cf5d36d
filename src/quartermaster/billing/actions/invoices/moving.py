"""Taking one step of a finding or a dispute from exactly the state that was read."""

from typing import Any

from quartermaster.billing.invoice_events import BillingFindingEnded, BillingFindingOpened
from quartermaster.billing.models import BillingFinding, Dispute
from quartermaster.billing.rules.bills import BILLING_FINDING, DISPUTE, DisputeState, FindingState
from quartermaster.billing.rules.bills import OVER as OVER_DISPUTES
from quartermaster.jobs.acts import Act
from quartermaster.kernel.errors import Conflict

_CHANGED = "This changed in the meantime. Look at it again."


def move_finding(finding: BillingFinding, verb: str, doing: Act, **changes: Any) -> None:
    """Take a step, tell the ledger and the rooms above."""
    step = BILLING_FINDING.transitions[verb]
    if step.target is FindingState.CLOSED:
        changes["closed_at"] = doing.at
    elif step.target is FindingState.OPEN:
        changes = {
            "decided_at": None,
            "decided_by": None,
            "decided_label": "",
            "closed_at": None,
            "closing_reason": "",
            **changes,
        }
    rows = BillingFinding.objects.filter(id=finding.id, state__in=sorted(step.sources))
    if rows.update(state=step.target.value, **changes) != 1:
        finding.refresh_from_db()
        BILLING_FINDING.target(verb, FindingState(finding.state))
        raise Conflict(_CHANGED)
    finding.refresh_from_db()
    said = finding.closing_reason or finding.reason
    doing.record(
        f"billing.finding.{verb.replace(' ', '-')}",
        finding,
        kind=finding.kind,
        number=finding.number,
        cents=finding.cents,
        reason=said,
    )
    if step.target is FindingState.OPEN:
        doing.emit(BillingFindingOpened(finding.id, finding.kind))
    else:
        doing.emit(BillingFindingEnded(finding.id, finding.kind, finding.state, said))


def move_dispute(dispute: Dispute, verb: str, doing: Act, **changes: Any) -> None:
    step = DISPUTE.transitions[verb]
    changes["closed_at"] = doing.at if step.target in OVER_DISPUTES else None
    rows = Dispute.objects.filter(id=dispute.id, state__in=sorted(step.sources))
    if rows.update(state=step.target.value, **changes) != 1:
        dispute.refresh_from_db()
        DISPUTE.target(verb, DisputeState(dispute.state))
        raise Conflict(_CHANGED)
    dispute.refresh_from_db()
    doing.record(f"billing.dispute.{verb.replace(' ', '-')}", dispute, number=dispute.number)
