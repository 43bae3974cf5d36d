"""Approving an invoice for payment: what is disputed or personal is held back (G-12, G-2)."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from quartermaster.billing.invoice_permits import INVOICE_APPROVE
from quartermaster.billing.models import Invoice, InvoiceApproval
from quartermaster.billing.queries.paying import payment_of, undecided
from quartermaster.billing.queries.reading import in_force
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound
from quartermaster.kernel.permits import Actor, require


def approve_invoice(
    *, invoice_id: UUID, note: str = "", shown_cents: int | None = None, actor: Actor, at: datetime
) -> InvoiceApproval:
    """Approve what is to be paid of an invoice, once (G-12, G-2).

    Args:
        invoice_id: which, in force.
        note: why, where its own total is another than the sum of its charges.
        shown_cents: what was shown as to be paid; where that changed since, nothing is approved.
        actor: who approves.
        at: now.

    Raises:
        Conflict: it is approved already, something on it is to be decided first, or it changed.
    """
    with act(actor, at) as doing:
        require(actor, INVOICE_APPROVE)
        rows = in_force().select_for_update()
        invoice = rows.filter(id=invoice_id).first()
        if invoice is None:
            raise NotFound("There is no such invoice in force.")
        _require_ready(invoice, note)
        payment = payment_of(invoice)
        if shown_cents is not None and shown_cents != payment.payable_cents:
            raise Conflict("What is to be paid changed in the meantime. Look at it again.")
        try:
            with transaction.atomic():
                made = InvoiceApproval.objects.create(
                    invoice=invoice,
                    total_cents=payment.total_cents,
                    personal_cents=payment.personal_cents,
                    disputed_cents=payment.disputed_cents,
                    payable_cents=payment.payable_cents,
                    note=note.strip()[:300],
                    approved_at=at,
                    approved_by_id=actor.person_id,
                    approved_label=actor.label[:200],
                )
        except IntegrityError as problem:
            raise Conflict("This invoice changed in the meantime. Look at it again.") from problem
        doing.record(
            "billing.invoice.approved",
            invoice,
            number=invoice.number,
            total=made.total_cents,
            personal=made.personal_cents,
            disputed=made.disputed_cents,
            payable=made.payable_cents,
        )
    return made


def _require_ready(invoice: Invoice, note: str) -> None:
    if InvoiceApproval.objects.filter(invoice=invoice).exists():
        raise Conflict("This invoice is approved already.")
    waiting = undecided(invoice)
    if waiting:
        what = "one finding is" if waiting == 1 else f"{waiting} findings are"
        raise Conflict(f"Before this invoice is paid, {what} to be decided.")
    if invoice.difference_cents and not note.strip():
        raise InvalidInput(
            "Its own total is another than the sum of its charges. Say why it is paid.",
            field="note",
        )
