"""Credits that are not put to anything yet, as far as they may answer a dispute."""

from dataclasses import dataclass

from django.db.models import Sum
from django.db.models.functions import Coalesce

from quartermaster.billing.models import Dispute, InvoiceCharge


@dataclass(frozen=True)
class FreeCredit:
    """A credit of a later invoice of the account. ``cents`` are what is left of it, positive."""

    charge: InvoiceCharge
    number: str
    cents: int


def free_credits(dispute: Dispute) -> list[FreeCredit]:
    """The credits that a dispute could be answered by, the newest first."""
    about = dispute.invoice
    rows = InvoiceCharge.objects.filter(
        cents__lt=0,
        invoice__sealed=True,
        invoice__superseded_at=None,
        invoice__carrier__iexact=about.carrier,
        invoice__account=about.account,
        invoice__cycle_from__gt=about.cycle_from,
    )
    rows = rows.select_related("line", "invoice").annotate(
        used=Coalesce(Sum("credited_to__cents"), 0)
    )
    found = [
        FreeCredit(row, row.line.number if row.line else "", -row.cents - row.used)
        for row in rows.order_by("-invoice__cycle_from", "place")
    ]
    return [credit for credit in found if credit.cents > 0]
