"""Evidence of the room billing: invoices held against orders, and what is never paid."""

from datetime import datetime

from django.db.models import Q

from quartermaster.billing.queries.bills import (
    disputes_visible_to,
    findings_visible_to,
    invoices_visible_to,
    personal_visible_to,
)
from quartermaster.billing.rules.bills import FindingState
from quartermaster.billing.rules.matching.found import Kind
from quartermaster.kernel.permits import Actor
from quartermaster.reports.evidence import ALL, Evidence, evidence, tally


@evidence("billing.invoices")
def invoices(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    rows = invoices_visible_to(actor).filter(superseded_at=None)
    held = tally(rows, ("invoices held against orders", ALL), last="kept_at")
    found = tally(
        findings_visible_to(actor),
        ("lines nobody ordered", Q(kind=Kind.UNORDERED.value)),
        still_open=Q(state=FindingState.OPEN.value),
    )
    disputes = ("disputes", disputes_visible_to(actor).count())
    return Evidence((*held.counts, *found.counts, disputes), held.last_run, found.open_findings)


@evidence("billing.personal")
def personal(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    found = findings_visible_to(actor).filter(kind=Kind.PERSONAL.value)
    return Evidence(
        (
            ("personal numbers known", personal_visible_to(actor).count()),
            ("refused for payment", found.exclude(state=FindingState.CLOSED.value).count()),
        )
    )
