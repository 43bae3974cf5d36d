"""Evidence of the room billing: invoices held against orders, and what is never paid."""

from datetime import datetime

from quartermaster.billing.queries.bills import (
    disputes_visible_to,
    findings_visible_to,
    invoices_visible_to,
    personal_visible_to,
)
from quartermaster.billing.rules.bills import FindingState
from quartermaster.billing.rules.matching.found import Kind
from quartermaster.kernel.permits import Actor
from quartermaster.reports.evidence import Evidence, evidence


@evidence("billing.invoices")
def invoices(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    rows = invoices_visible_to(actor).filter(superseded_at=None)
    found = findings_visible_to(actor)
    last = rows.order_by("-kept_at").first()
    return Evidence(
        (
            ("invoices held against orders", rows.count()),
            ("lines nobody ordered", found.filter(kind=Kind.UNORDERED.value).count()),
            ("disputes", disputes_visible_to(actor).count()),
        ),
        last.kept_at if last else None,
        found.filter(state=FindingState.OPEN.value).count(),
    )


@evidence("billing.personal")
def personal(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    found = findings_visible_to(actor).filter(kind=Kind.PERSONAL.value)
    return Evidence(
        (
            ("personal numbers known", personal_visible_to(actor).count()),
            ("refused for payment", found.exclude(state=FindingState.CLOSED.value).count()),
        )
    )
