"""What is to be paid of an invoice, and what is held back (G-12, G-2)."""

from dataclasses import dataclass

from django.db.models import Sum

from quartermaster.billing.models import BillingFinding, DisputeItem, Invoice, PersonalNumber
from quartermaster.billing.rules.bills import DisputeState, FindingState, payable
from quartermaster.billing.rules.matching.found import DISPUTABLE, Kind


@dataclass(frozen=True)
class Payment:
    """The amounts of an invoice's approval."""

    total_cents: int
    personal_cents: int
    disputed_cents: int
    payable_cents: int


def payment_of(invoice: Invoice) -> Payment:
    """What is to be paid as things stand now."""
    personal = _personal(invoice)
    disputed, rest = payable(invoice.read_cents, personal=personal, disputed=_disputed(invoice))
    return Payment(invoice.read_cents, personal, disputed, rest)


def undecided(invoice: Invoice) -> int:
    """How many findings are to be decided before it may be paid: those the carrier may owe."""
    kinds = sorted(kind.value for kind in DISPUTABLE)
    rows = BillingFinding.objects.filter(
        invoice=invoice, state=FindingState.OPEN.value, kind__in=kinds, cents__gt=0
    )
    return rows.count()


def _personal(invoice: Invoice) -> int:
    """All that the invoice has for numbers that are people's own."""
    own = PersonalNumber.objects.filter(ended_at=None).values("number")
    rows = invoice.lines.filter(number__in=own, total_cents__gt=0)
    return rows.aggregate(sum=Sum("total_cents"))["sum"] or 0


def _disputed(invoice: Invoice) -> list[int]:
    """What is disputed of it, and was neither credited nor given up."""
    rows = DisputeItem.objects.filter(
        finding__invoice=invoice, live=True, finding__state=FindingState.DISPUTED.value
    ).exclude(finding__kind=Kind.PERSONAL.value)
    rows = rows.exclude(dispute__state=DisputeState.DROPPED.value)
    return [item.outstanding_cents for item in rows.prefetch_related("credits")]
