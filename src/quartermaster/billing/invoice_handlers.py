"""What follows an invoice: it is matched, shared out, and what it credits is put to disputes."""

from datetime import datetime

from quartermaster.billing.actions import invoices
from quartermaster.billing.actions.invoices.matching import touched_by
from quartermaster.billing.invoice_events import InvoiceKept
from quartermaster.billing.models import Invoice
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system

HOUSE = system("billing")


@on(InvoiceKept)
def follow_invoice(event: InvoiceKept, at: datetime) -> None:
    """Match the invoice, and those that look back at it."""
    invoice = Invoice.objects.get(id=event.invoice_id)
    invoices.allocate_invoice(invoice_id=invoice.id, actor=HOUSE, at=at)
    for key in touched_by(invoice):
        invoices.match_invoice(invoice_id=key, actor=HOUSE, at=at)
    invoices.see_credits(invoice_id=invoice.id, actor=HOUSE, at=at)
