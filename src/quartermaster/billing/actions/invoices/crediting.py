"""Credits on later invoices, put to what was asked back: to the cent, or visibly in part (G-12)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce

from quartermaster.billing.actions.invoices.disputing import close_where_settled
from quartermaster.billing.actions.invoices.moving import move_finding
from quartermaster.billing.invoice_permits import INVOICE_KEEP
from quartermaster.billing.models import (
    BillingFinding,
    Dispute,
    DisputeCredit,
    DisputeItem,
    Invoice,
    InvoiceCharge,
)
from quartermaster.billing.queries.reading import in_force
from quartermaster.billing.rules.bills import WAITING, DisputeState, FindingState
from quartermaster.billing.rules.credits import Asked, Credit, put
from quartermaster.jobs.acts import Act, act
from quartermaster.jobs.turns import take_turn
from quartermaster.kernel.permits import Actor, require

TURN = 0x62696C6C  # credits are put one after another


def see_credits(*, invoice_id: UUID, actor: Actor, at: datetime) -> int:
    """Put the credits of an invoice to the disputes that they answer; how many (G-12).

    What credits of an invoice had settled that was superseded since is owed again, and looked for
    anew.
    """
    with act(actor, at) as doing:
        require(actor, INVOICE_KEEP)
        take_turn(TURN)
        invoice = in_force().filter(id=invoice_id).first()
        if invoice is None:
            return 0
        touched = _undo_superseded()
        made = put(_credits(invoice), _asked(invoice))
        for item_id, charge_id, cents in made:
            row = DisputeCredit.objects.create(
                item_id=item_id,
                charge_id=charge_id,
                cents=cents,
                seen_at=at,
                seen_by=actor.label[:200],
            )
            touched.add(item_id)
            doing.record("billing.dispute.credited", row.item.dispute, cents=cents)
        follow(touched, doing)
    return len(made)


def _undo_superseded() -> set[UUID]:
    rows = DisputeCredit.objects.filter(charge__invoice__superseded_at__isnull=False)
    touched = set(rows.values_list("item_id", flat=True))
    rows.delete()
    return touched


def _credits(invoice: Invoice) -> list[Credit]:
    """The credits of an invoice as far as they are not put to anything yet."""
    rows = InvoiceCharge.objects.filter(invoice=invoice, cents__lt=0).select_related("line")
    found = []
    for row in rows.annotate(used=Coalesce(Sum("credited_to__cents"), 0)).order_by("place"):
        cents = -row.cents - row.used
        if cents > 0:
            number = row.line.number if row.line else ""
            found.append(Credit(row.id, number, row.description, cents))
    return found


def _asked(invoice: Invoice) -> list[Asked]:
    """What is asked back of earlier invoices of the account, the oldest first."""
    states = sorted({*WAITING, DisputeState.SETTLED})
    rows = DisputeItem.objects.filter(
        live=True,
        dispute__state__in=states,
        dispute__invoice__carrier__iexact=invoice.carrier,
        dispute__invoice__account=invoice.account,
        dispute__invoice__cycle_from__lt=invoice.cycle_from,
    )
    return _owed(rows)


def asked_of(dispute: Dispute) -> list[Asked]:
    """What one dispute still asks back."""
    return _owed(DisputeItem.objects.filter(live=True, dispute=dispute))


def _owed(rows: QuerySet[DisputeItem]) -> list[Asked]:
    rows = rows.select_related("dispute", "finding").prefetch_related("credits")
    return [
        Asked(item.id, item.dispute.number, item.finding.number, item.outstanding_cents)
        for item in rows.order_by("dispute__sent_at", "id")
        if item.outstanding_cents > 0
    ]


def follow(items: Iterable[UUID], doing: Act) -> None:
    """Findings and disputes follow what is credited of them."""
    rows = DisputeItem.objects.filter(id__in=list(items)).prefetch_related("credits")
    disputes = set()
    for item in rows:
        finding = BillingFinding.objects.select_for_update().get(id=item.finding_id)
        whole = item.outstanding_cents == 0
        if whole and finding.state == FindingState.DISPUTED:
            move_finding(finding, "settle", doing)
        elif not whole and finding.state == FindingState.SETTLED:
            move_finding(finding, "credit undone", doing)
        disputes.add(item.dispute_id)
    for dispute in Dispute.objects.select_for_update().filter(id__in=disputes):
        close_where_settled(dispute, doing)
