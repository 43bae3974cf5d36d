"""Keeping an invoice: once, whole, and added up by the database itself."""

from datetime import datetime
from hashlib import sha256
from itertools import count

from quartermaster.billing.invoice_events import InvoiceKept
from quartermaster.billing.invoice_permits import INVOICE_KEEP
from quartermaster.billing.models import Invoice, InvoiceCharge, InvoiceLine
from quartermaster.billing.rules.invoices import Charge, InvoiceRead, LineBill
from quartermaster.billing.rules.kept_invoices import digest_of, sound
from quartermaster.files.models import StoredFile
from quartermaster.jobs.acts import act
from quartermaster.jobs.turns import take_turn
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, require

BATCH = 1000


def keep_invoice(
    *, read: InvoiceRead, source: StoredFile | None, actor: Actor, at: datetime
) -> Invoice:
    """Keep an invoice as it was read; the same content again changes nothing (G-12).

    Another content for the same carrier, account and cycle takes the place of the earlier one in
    the same act; that one stays known as superseded.

    Args:
        read: what the carrier's files say, in any order of lines and charges.
        source: the file that it was read from, where there is one.
        actor: who has it taken in.
        at: now.

    Raises:
        InvalidInput: it cannot be kept, such as for an amount beyond reason.
    """
    with act(actor, at) as doing:
        require(actor, INVOICE_KEEP)
        kept = sound(read)
        digest = digest_of(kept)
        take_turn(_turn(kept))
        before = _in_force(kept)
        if before is not None and before.digest == digest:
            return before
        if before is not None:
            _supersede(before, at)
        made = _written(kept, digest, before, source, actor, at)
        doing.record(
            "billing.invoice.kept",
            made,
            number=made.number,
            cycle=[kept.cycle_from.isoformat(), kept.cycle_until.isoformat()],
            lines=made.line_count,
            total=made.read_cents,
            stated=made.stated_cents,
            digest=digest,
            supersedes=str(before.id) if before else None,
        )
        doing.emit(InvoiceKept(made.id, before.id if before else None))
    return made


def _turn(read: InvoiceRead) -> int:
    """The turn of an invoice's identity: one is kept after another, not two at once."""
    identity = (read.carrier.casefold(), read.account, read.cycle_from, read.cycle_until)
    return int.from_bytes(sha256(repr(identity).encode()).digest()[:8], signed=True)


def _in_force(read: InvoiceRead) -> Invoice | None:
    rows = Invoice.objects.select_for_update().filter(superseded_at=None)
    return rows.filter(
        carrier__iexact=read.carrier,
        account=read.account,
        cycle_from=read.cycle_from,
        cycle_until=read.cycle_until,
    ).first()


def _supersede(before: Invoice, at: datetime) -> None:
    rows = Invoice.objects.filter(id=before.id, superseded_at=None)
    if rows.update(superseded_at=at) != 1:
        raise Conflict("This invoice was replaced in the meantime.")


def _written(
    read: InvoiceRead,
    digest: str,
    before: Invoice | None,
    source: StoredFile | None,
    actor: Actor,
    at: datetime,
) -> Invoice:
    """The invoice with all that is on it, sealed."""
    made = Invoice.objects.create(
        carrier=before.carrier if before else read.carrier,
        account=read.account,
        cycle_from=read.cycle_from,
        cycle_until=read.cycle_until,
        number=read.number,
        issued_on=read.issued_on,
        due_on=read.due_on,
        digest=digest,
        stated_cents=read.stated_cents,
        read_cents=read.cents,
        line_count=len(read.lines),
        source=source,
        revision=before.revision + 1 if before else 1,
        before=before,
        kept_at=at,
        kept_by=actor.label[:200],
    )
    lines = [_line(made, place, bill) for place, bill in enumerate(read.lines, 1)]
    InvoiceLine.objects.bulk_create(lines, BATCH)
    places = count(1)
    charges = [
        _charge(made, line, next(places), charge)
        for line, bill in zip(lines, read.lines, strict=True)
        for charge in bill.charges
    ]
    charges += [_charge(made, None, next(places), charge) for charge in read.account_charges]
    InvoiceCharge.objects.bulk_create(charges, BATCH)
    Invoice.objects.filter(id=made.id).update(sealed=True)
    made.sealed = True
    return made


def _line(invoice: Invoice, place: int, bill: LineBill) -> InvoiceLine:
    return InvoiceLine(
        invoice=invoice,
        place=place,
        number=bill.number,
        plan=bill.plan,
        user=bill.user,
        cost_centre=bill.cost_centre,
        iccid=bill.iccid,
        imei=bill.imei,
        seconds=bill.used.seconds,
        messages=bill.used.messages,
        kilobytes=bill.used.kilobytes,
        roaming_seconds=bill.used.roaming_seconds,
        roaming_kilobytes=bill.used.roaming_kilobytes,
        international_seconds=bill.used.international_seconds,
        total_cents=bill.cents,
    )


def _charge(
    invoice: Invoice, line: InvoiceLine | None, place: int, charge: Charge
) -> InvoiceCharge:
    return InvoiceCharge(
        invoice=invoice,
        line=line,
        place=place,
        kind=charge.kind.value,
        description=charge.description,
        cents=charge.cents,
        from_on=charge.from_on,
        until_on=charge.until_on,
    )
