"""Invoices, what was found in them, disputes, and what is posted for the finance system."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.billing.actions import invoices
from quartermaster.billing.invoice_permits import INVOICE_VIEW
from quartermaster.billing.models import (
    BillingFinding,
    Dispute,
    Invoice,
    InvoiceApproval,
    Posting,
    Share,
)
from quartermaster.billing.queries import bills as queries
from quartermaster.billing.queries.paying import payment_of
from quartermaster.billing.rules.bills import FindingState
from quartermaster.billing.rules.matching.found import Kind
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import InvalidInput, Refused
from quartermaster.kernel.permits import Actor, reach

router = Router()
READ = BearerToken("bills:read")
WRITE = BearerToken("bills:write")
FINANCE = BearerToken("finance:read")


class InvoiceOut(Schema):
    """A carrier's invoice. Money is integer cents."""

    id: UUID
    number: str
    carrier: str
    account: str
    cycle_from: date
    cycle_until: date = Field(description="The last day of the cycle.")
    issued_on: date
    due_on: date | None
    line_count: int
    revision: int
    superseded_at: datetime | None
    kept_at: datetime


class PaymentOut(Schema):
    """What is to be paid of an invoice, approved or as things stand."""

    total_cents: int
    personal_cents: int = Field(description="Never paid (G-2).")
    disputed_cents: int
    payable_cents: int
    approved_at: datetime | None = None


class ShareOut(Schema):
    """What a department bears of a line, or (no number) of what is of no line."""

    id: UUID
    number: str
    department: str = Field(description="The code; empty where nobody is known for it.")
    account: str
    cents: int
    basis: str

    @staticmethod
    def resolve_number(row: Share) -> str:
        return row.line.number if row.line else ""

    @staticmethod
    def resolve_department(row: Share) -> str:
        return row.department.code if row.department else ""


class BillFindingOut(Schema):
    """Something found in an invoice."""

    id: UUID
    invoice_id: UUID
    kind: str
    clause: str
    number: str
    department_id: UUID | None
    person_id: UUID | None
    cents: int = Field(description="What is at stake; negative where too little was billed.")
    sentence: str
    steps: list[str]
    state: str
    reason: str
    opened_at: datetime
    decided_at: datetime | None
    closed_at: datetime | None


class BillReasonIn(Schema):
    """Why."""

    reason: str = Field(default="", max_length=1000)


class DisputeOut(Schema):
    """A dispute with a carrier. Money is integer cents."""

    id: UUID
    number: str
    invoice_id: UUID
    state: str
    claimed_cents: int
    credited_cents: int
    outstanding_cents: int
    sent_at: datetime | None
    due_on: date | None
    closed_at: datetime | None


class PeriodOut(Schema):
    """A closed month."""

    id: UUID
    month: date
    posted_cents: int
    closed_at: datetime


class PostingOut(Schema):
    """One amount for the finance system. It is written once; take each ``id`` once."""

    id: UUID
    period: str = Field(description="The closed month it belongs to, as 2026-10.")
    carrier: str
    carrier_account: str
    invoice: str
    cycle_from: date
    cycle_until: date
    department: str
    account: str = Field(description="In the finance system; empty where none is set.")
    cents: int
    correction: bool = Field(description="A difference to what an earlier month has.")

    @staticmethod
    def resolve_period(row: Posting) -> str:
        return f"{row.period.month:%Y-%m}"

    @staticmethod
    def resolve_carrier(row: Posting) -> str:
        return row.invoice.carrier

    @staticmethod
    def resolve_carrier_account(row: Posting) -> str:
        return row.invoice.account

    @staticmethod
    def resolve_invoice(row: Posting) -> str:
        return row.invoice.number

    @staticmethod
    def resolve_cycle_from(row: Posting) -> date:
        return row.invoice.cycle_from

    @staticmethod
    def resolve_cycle_until(row: Posting) -> date:
        return row.invoice.cycle_until

    @staticmethod
    def resolve_department(row: Posting) -> str:
        return row.department.code if row.department else ""


@router.get("invoices", response=Page[InvoiceOut], auth=READ, operation_id="list_invoices")
def list_invoices(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, object]:
    """The invoices in force that one may see."""
    rows = queries.invoices_visible_to(actor_of(request))
    return page_of(rows.filter(superseded_at=None), cursor, limit)


@router.get("invoices/{invoice_id}", response=InvoiceOut, auth=READ, operation_id="get_invoice")
def get_invoice(request: HttpRequest, invoice_id: UUID) -> Invoice:
    """One invoice."""
    return queries.invoice_seen_by(actor_of(request), invoice_id)


@router.get(
    "invoices/{invoice_id}/payment",
    response=PaymentOut,
    auth=READ,
    operation_id="get_invoice_payment",
)
def get_payment(request: HttpRequest, invoice_id: UUID) -> dict[str, object]:
    """What is to be paid of an invoice; for who sees all of it."""
    actor = actor_of(request)
    invoice = queries.invoice_seen_by(actor, invoice_id)
    _require_all(actor)
    approval = InvoiceApproval.objects.filter(invoice=invoice).first()
    held = approval or payment_of(invoice)
    return {
        "total_cents": held.total_cents,
        "personal_cents": held.personal_cents,
        "disputed_cents": held.disputed_cents,
        "payable_cents": held.payable_cents,
        "approved_at": approval.approved_at if approval else None,
    }


@router.get(
    "invoices/{invoice_id}/shares",
    response=Page[ShareOut],
    auth=READ,
    operation_id="list_invoice_shares",
)
def list_shares(
    request: HttpRequest, invoice_id: UUID, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, object]:
    """Who bears what of an invoice, line by line, as far as one may see it."""
    actor = actor_of(request)
    invoice = queries.invoice_seen_by(actor, invoice_id)
    rows = queries.shares_visible_to(actor).filter(allocation__invoice=invoice)
    return page_of(rows, cursor, limit)


@router.get(
    "bill-findings", response=Page[BillFindingOut], auth=READ, operation_id="list_bill_findings"
)
def list_findings(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 50,
    state: FindingState | None = None,
    kind: Kind | None = None,
) -> dict[str, object]:
    """What was found in invoices, of one state or kind, or all."""
    rows = queries.findings_visible_to(actor_of(request))
    if state is not None:
        rows = rows.filter(state=state.value)
    if kind is not None:
        rows = rows.filter(kind=kind.value)
    return page_of(rows, cursor, limit)


@router.get(
    "bill-findings/{finding_id}",
    response=BillFindingOut,
    auth=READ,
    operation_id="get_bill_finding",
)
def get_finding(request: HttpRequest, finding_id: UUID) -> BillingFinding:
    """One finding with its arithmetic."""
    return queries.finding_seen_by(actor_of(request), finding_id)


@router.post(
    "bill-findings/{finding_id}/accept",
    response=BillFindingOut,
    auth=WRITE,
    operation_id="accept_bill_finding",
)
def accept(request: HttpRequest, finding_id: UUID, body: BillReasonIn) -> BillingFinding:
    """Accept that it is so."""
    actor = actor_of(request)
    row = queries.finding_seen_by(actor, finding_id)
    return invoices.accept(finding=row, note=body.reason, actor=actor, at=now())


@router.post(
    "bill-findings/{finding_id}/explain",
    response=BillFindingOut,
    auth=WRITE,
    operation_id="explain_bill_finding",
)
def explain(request: HttpRequest, finding_id: UUID, body: BillReasonIn) -> BillingFinding:
    """Say why nothing is wrong."""
    actor = actor_of(request)
    row = queries.finding_seen_by(actor, finding_id)
    return invoices.explain(finding=row, reason=body.reason, actor=actor, at=now())


@router.post(
    "bill-findings/{finding_id}/dispute",
    response=DisputeOut,
    auth=WRITE,
    operation_id="dispute_bill_finding",
)
def contest(request: HttpRequest, finding_id: UUID, body: BillReasonIn) -> Dispute:
    """Collect it into the dispute of its invoice."""
    actor = actor_of(request)
    row = queries.finding_seen_by(actor, finding_id)
    item = invoices.dispute(finding=row, reason=body.reason, actor=actor, at=now())
    return queries.disputes_visible_to(actor).get(id=item.dispute_id)


@router.get("disputes", response=Page[DisputeOut], auth=READ, operation_id="list_disputes")
def list_disputes(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, object]:
    """What is asked back of carriers, and what was credited."""
    return page_of(queries.disputes_visible_to(actor_of(request)), cursor, limit)


@router.get("periods", response=Page[PeriodOut], auth=FINANCE, operation_id="list_periods")
def list_periods(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> dict[str, object]:
    """The months that are closed."""
    return page_of(queries.periods_visible_to(actor_of(request)), cursor, limit)


@router.get("postings", response=Page[PostingOut], auth=FINANCE, operation_id="list_postings")
def list_postings(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50, period: str = ""
) -> dict[str, object]:
    """What was posted, of one closed month (as 2026-10) or of all, in the order of its writing.

    The last cursor of one run is where the next one goes on.
    """
    rows = queries.postings_visible_to(actor_of(request))
    if period:
        rows = rows.filter(period__month=_month(period))
    return page_of(rows, cursor, limit)


def _month(written: str) -> date:
    try:
        return date.fromisoformat(f"{written}-01")
    except ValueError as problem:
        raise InvalidInput("A month is written as 2026-10.", field="period") from problem


def _require_all(actor: Actor) -> None:
    if not reach(actor, INVOICE_VIEW).everything:
        raise Refused("What is to be paid is seen by who sees the whole invoice.")
