"""What of invoices waits for the reader: findings, letters to send, answers that are late."""

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localdate

from quartermaster.billing import invoice_permits as permits
from quartermaster.billing.queries import bills as queries
from quartermaster.billing.rules.bills import DisputeState, FindingState
from quartermaster.kernel.money import dollars
from quartermaster.kernel.permits import reach
from quartermaster.kernel.workdays import end_of_day
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Steps, Wait, waits

MOST = 25


@waits("Invoices", permit=permits.BILL_DECIDE, order=60)
def to_decide(request: HouseRequest) -> Steps:
    """Findings to be decided, those of the largest amount first; a coordinator's own (G-12)."""
    rows = queries.findings_visible_to(request.actor).filter(state=FindingState.OPEN.value)
    extent = reach(request.actor, permits.BILL_DECIDE)
    if not extent.everything:
        rows = rows.filter(department_id__in=extent.departments)
    if not (yield rows):
        return
    for row in rows.order_by("-cents", "id")[:MOST]:
        address = reverse("bills:finding", kwargs={"key": row.pk})
        yield Wait(f"{row}, {dollars(row.cents)}", address, None, str(row.department or ""))


@waits("Disputes with carriers", permit=permits.DISPUTE_MANAGE, order=61)
def to_pursue(request: HouseRequest) -> Steps:
    """Letters that are collected, and answers that are late (G-12)."""
    live = [DisputeState.DRAFT.value, DisputeState.SENT.value]
    rows = queries.disputes_visible_to(request.actor).filter(state__in=live)
    if not (yield rows):
        return
    for row in rows:
        address = reverse("bills:dispute", kwargs={"key": row.pk})
        if row.state == DisputeState.DRAFT:
            yield Wait(f"Send {row}", address, None, row.invoice.carrier)
        elif row.due_on is not None and row.due_on < localdate(request.at):
            due = end_of_day(row.due_on, settings.TIME_ZONE)
            yield Wait(f"No answer to {row}", address, due, row.invoice.carrier)


@waits("Invoices to approve", permit=permits.INVOICE_APPROVE, order=62)
def to_approve(request: HouseRequest) -> Steps:
    """Invoices that are not approved, the earliest due first (G-12)."""
    rows = queries.invoices_visible_to(request.actor).filter(superseded_at=None, approval=None)
    if not (yield rows):
        return
    for row in rows.order_by("due_on", "id")[:MOST]:
        address = reverse("bills:invoice", kwargs={"key": row.pk})
        due = end_of_day(row.due_on, settings.TIME_ZONE) if row.due_on else None
        yield Wait(f"Approve {row}", address, due, dollars(row.read_cents))
