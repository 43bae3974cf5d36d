"""Reads of invoices, findings, disputes and shares, as far as whoever asks may see them."""

from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet, Sum

from quartermaster.billing.invoice_permits import (
    BILL_VIEW,
    DISPUTE_VIEW,
    FINANCE_EXPORT,
    INVOICE_VIEW,
    PERSONAL_MANAGE,
)
from quartermaster.billing.models import (
    BillingFinding,
    BillingPeriod,
    Dispute,
    DisputeItem,
    Invoice,
    InvoiceLine,
    PersonalNumber,
    Posting,
    Share,
)
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Actor, reach


def findings_visible_to(actor: Actor) -> QuerySet[BillingFinding]:
    """The findings that the actor may see: a coordinator, those of their department (G-12)."""
    rows = BillingFinding.objects.select_related(
        "invoice", "department", "person", "line", "decided_by"
    )
    extent = reach(actor, BILL_VIEW)
    return rows if extent.everything else rows.filter(department_id__in=extent.departments)


def shares_visible_to(actor: Actor) -> QuerySet[Share]:
    """What departments bear, in force: a coordinator, what their department does (G-9)."""
    rows = Share.objects.filter(allocation__superseded_at=None, allocation__sealed=True)
    rows = rows.filter(allocation__invoice__superseded_at=None)
    rows = rows.select_related("department", "line", "allocation__invoice")
    extent = reach(actor, INVOICE_VIEW)
    return rows if extent.everything else rows.filter(department_id__in=extent.departments)


def invoices_visible_to(actor: Actor) -> QuerySet[Invoice]:
    """The invoices that the actor may see: a coordinator, those that their department bears of."""
    rows = Invoice.objects.filter(sealed=True).select_related("approval", "source")
    extent = reach(actor, INVOICE_VIEW)
    if extent.everything:
        return rows
    shares = shares_visible_to(actor).values("allocation__invoice_id")
    found = findings_visible_to(actor).values("invoice_id")
    return rows.filter(Q(id__in=shares) | Q(id__in=found), superseded_at=None)


def lines_visible_to(actor: Actor, invoice: Invoice) -> QuerySet[InvoiceLine]:
    """The lines of an invoice that the actor may see: their department's, by what it bears."""
    rows = InvoiceLine.objects.filter(invoice=invoice).order_by("place")
    extent = reach(actor, INVOICE_VIEW)
    if extent.everything:
        return rows
    shares = shares_visible_to(actor).filter(allocation__invoice=invoice)
    return rows.filter(id__in=shares.filter(line__isnull=False).values("line_id"))


def disputes_visible_to(actor: Actor) -> QuerySet[Dispute]:
    """The disputes with carriers, for who coordinates billing (G-12)."""
    items = DisputeItem.objects.select_related("finding").prefetch_related(
        "credits__charge__invoice"
    )
    rows = Dispute.objects.select_related("invoice", "contract", "letter", "sent_by")
    rows = rows.prefetch_related(Prefetch("items", items.filter(live=True)))
    return rows if reach(actor, DISPUTE_VIEW).everything else rows.none()


def finding_seen_by(actor: Actor, finding_id: UUID) -> BillingFinding:
    """One finding, or `NotFound` where the actor may not know of it."""
    found = findings_visible_to(actor).filter(id=finding_id).first()
    if found is None:
        raise NotFound("There is no such finding, or you may not see it.")
    return found


def invoice_seen_by(actor: Actor, invoice_id: UUID) -> Invoice:
    """One invoice, or `NotFound` where the actor may not know of it."""
    found = invoices_visible_to(actor).filter(id=invoice_id).first()
    if found is None:
        raise NotFound("There is no such invoice, or you may not see it.")
    return found


def personal_visible_to(actor: Actor) -> QuerySet[PersonalNumber]:
    """The numbers that are people's own, for who keeps them (G-2)."""
    rows = PersonalNumber.objects.filter(ended_at=None).select_related("person")
    return rows if reach(actor, PERSONAL_MANAGE).everything else rows.none()


def periods_visible_to(actor: Actor) -> QuerySet[BillingPeriod]:
    """The closed months, for who exports them (G-9)."""
    rows = BillingPeriod.objects.annotate(posted_cents=Sum("postings__cents", default=0))
    return rows if reach(actor, FINANCE_EXPORT).everything else rows.none()


def postings_visible_to(actor: Actor) -> QuerySet[Posting]:
    """What was posted for the finance system (G-9)."""
    rows = Posting.objects.select_related("period", "invoice", "department")
    return rows if reach(actor, FINANCE_EXPORT).everything else rows.none()
