"""What compliance does when an invoice has a line that nobody ordered (G-12)."""

from datetime import datetime

from quartermaster.billing.invoice_events import BillingFindingEnded, BillingFindingOpened
from quartermaster.billing.models import BillingFinding
from quartermaster.billing.rules.bills import FindingState
from quartermaster.billing.rules.matching.found import Kind
from quartermaster.compliance.actions import departments
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system

HOUSE = system("compliance")
SOURCE = "billing.finding"
_STANDS = frozenset({FindingState.ACCEPTED, FindingState.DISPUTED})
_REMEDY = (
    "Ask for the line by a request, so that it is authorised and ordered, or have it ended. ITMD"
    " disputes what was billed."
)
_WHOSE = "Ask the carrier who ordered it and for which department; dispute what was billed."


@on(BillingFindingOpened)
def open_unauthorised_purchase(event: BillingFindingOpened, at: datetime) -> None:
    """No purchase without ITMD: whose line it is has to say how it came to be (G-12)."""
    if event.kind != Kind.UNORDERED:
        return
    row = BillingFinding.objects.get(id=event.finding_id)
    if row.state != FindingState.OPEN:
        return  # it ended before this was heard
    departments.open_department_finding(
        source_kind=SOURCE,
        source_id=row.id,
        department_id=row.department_id,
        clause=row.clause,
        title="Unauthorised purchase",
        observed=row.sentence,
        remedy=_REMEDY if row.department_id else _WHOSE,
        actor=HOUSE,
        at=at,
    )


@on(BillingFindingEnded)
def settle_unauthorised_purchase(event: BillingFindingEnded, at: datetime) -> None:
    """What was accepted or is disputed was bought all the same: it stands until it is put right."""
    if event.kind != Kind.UNORDERED or event.state in _STANDS:
        return
    departments.settle_department_finding(
        source_kind=SOURCE,
        source_id=event.finding_id,
        reason=event.reason or "The carrier credited it.",
        actor=HOUSE,
        at=at,
    )
