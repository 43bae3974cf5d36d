"""A kept invoice as the rules read it, and those before it of the same account."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet

from quartermaster.billing.models import Invoice, InvoiceCharge, InvoiceLine
from quartermaster.billing.rules.invoices import (
    Amounts,
    Charge,
    ChargeKind,
    InvoiceRead,
    LineBill,
)

MOST_EARLIER = 11  # with this one a year
_GAP = timedelta(days=4)  # between cycles; more is a cycle that is missing
_COMPARED = (ChargeKind.PLAN.value, ChargeKind.OVERAGE.value)


def in_force() -> QuerySet[Invoice]:
    return Invoice.objects.filter(superseded_at=None, sealed=True)


def same_identity(invoice: Invoice) -> QuerySet[Invoice]:
    """The invoice with those that it superseded, and that superseded it."""
    return Invoice.objects.filter(
        carrier__iexact=invoice.carrier,
        account=invoice.account,
        cycle_from=invoice.cycle_from,
        cycle_until=invoice.cycle_until,
    )


def as_read(invoice: Invoice) -> InvoiceRead:
    """A kept invoice with all of its lines and charges."""
    return as_all_read([invoice])[0]


def earlier(invoice: Invoice) -> list[InvoiceRead]:
    """The invoices before this one without a gap, newest first; plan and overage alone."""
    rows = in_force().filter(
        carrier__iexact=invoice.carrier,
        account=invoice.account,
        cycle_until__lt=invoice.cycle_from,
    )
    following, found = invoice, []
    for row in rows.order_by("-cycle_until")[:MOST_EARLIER]:
        if row.cycle_until + _GAP < following.cycle_from:
            break
        found.append(row)
        following = row
    return as_all_read(found, kinds=_COMPARED)


def as_all_read(invoices: Sequence[Invoice], kinds: Iterable[str] = ()) -> list[InvoiceRead]:
    """Several invoices in two queries; of ``kinds`` of charges, or of all."""
    keys = [invoice.id for invoice in invoices]
    charges = InvoiceCharge.objects.filter(invoice_id__in=keys).order_by("invoice_id", "place")
    if kinds:
        charges = charges.filter(kind__in=list(kinds))
    of_line: dict[UUID | None, list[Charge]] = defaultdict(list)
    of_account: dict[UUID, list[Charge]] = defaultdict(list)
    for row in charges.iterator():
        charge = Charge(ChargeKind(row.kind), row.description, row.cents, row.from_on, row.until_on)
        (of_account[row.invoice_id] if row.line_id is None else of_line[row.line_id]).append(charge)
    bills: dict[UUID, list[LineBill]] = defaultdict(list)
    lines = InvoiceLine.objects.filter(invoice_id__in=keys).order_by("invoice_id", "place")
    for line in lines.iterator():
        bills[line.invoice_id].append(_bill(line, tuple(of_line[line.id])))
    return [
        InvoiceRead(
            carrier=row.carrier,
            account=row.account,
            number=row.number,
            cycle_from=row.cycle_from,
            cycle_until=row.cycle_until,
            issued_on=row.issued_on,
            due_on=row.due_on,
            stated_cents=row.stated_cents,
            lines=tuple(bills[row.id]),
            account_charges=tuple(of_account[row.id]),
        )
        for row in invoices
    ]


def _bill(line: InvoiceLine, charges: tuple[Charge, ...]) -> LineBill:
    return LineBill(
        number=line.number,
        plan=line.plan,
        user=line.user,
        cost_centre=line.cost_centre,
        iccid=line.iccid,
        imei=line.imei,
        used=Amounts(
            seconds=line.seconds,
            messages=line.messages,
            kilobytes=line.kilobytes,
            roaming_seconds=line.roaming_seconds,
            roaming_kilobytes=line.roaming_kilobytes,
            international_seconds=line.international_seconds,
        ),
        charges=charges,
    )
