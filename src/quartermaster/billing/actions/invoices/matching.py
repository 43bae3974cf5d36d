"""Matching a kept invoice: its findings opened, renewed, and closed where they no longer hold."""

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db.models import Q

from quartermaster.billing.actions.common import today
from quartermaster.billing.actions.invoices.disputing import close_where_settled
from quartermaster.billing.actions.invoices.moving import move_finding
from quartermaster.billing.invoice_events import BillingFindingOpened
from quartermaster.billing.invoice_permits import INVOICE_KEEP
from quartermaster.billing.models import BillingFinding, Dispute, DisputeItem, Invoice
from quartermaster.billing.queries.reading import as_read, in_force, same_identity
from quartermaster.billing.queries.world import world_of
from quartermaster.billing.rules.bills import LIVE_FINDINGS, FindingState
from quartermaster.billing.rules.matching import matched
from quartermaster.billing.rules.matching.found import Found, clause_of
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require

LOOKED_BACK = timedelta(days=100)  # for how long what is known may still change a finding
_YEAR = timedelta(days=370)
_CYCLE = timedelta(days=31)
_FIELDS = (
    "kind",
    "clause",
    "number",
    "line_id",
    "department_id",
    "person_id",
    "cents",
    "sentence",
    "steps",
    "from_on",
    "until_on",
)


def match_invoice(*, invoice_id: UUID, actor: Actor, at: datetime) -> list[BillingFinding]:
    """Hold an invoice against what was ordered; matched again it has the same findings (G-12).

    What no longer holds, such as by a corrected invoice, is closed with the reason. A superseded
    invoice has none.
    """
    with act(actor, at) as doing:
        require(actor, INVOICE_KEEP)
        invoice = in_force().select_for_update().filter(id=invoice_id).first()
        if invoice is None:
            return []
        read = as_read(invoice)
        found = {_key(invoice, item): item for item in matched(read, world_of(invoice, read))}
        known = {row.key: row for row in _known(invoice)}
        rows = [
            _renewed(known[key], invoice, item, doing)
            if key in known
            else _opened(key, invoice, item, doing)
            for key, item in found.items()
        ]
        for key, row in known.items():
            if key not in found and row.state in LIVE_FINDINGS:
                _close(row, invoice, doing)
    return rows


def match_again(*, actor: Actor, at: datetime) -> int:
    """Hold the invoices of the last months against what is known now; how many."""
    require(actor, INVOICE_KEEP)
    rows = in_force().filter(cycle_until__gte=today(at) - LOOKED_BACK).order_by("cycle_until", "id")
    keys = list(rows.values_list("id", flat=True))
    for key in keys:
        match_invoice(invoice_id=key, actor=actor, at=at)
    return len(keys)


def touched_by(invoice: Invoice) -> list[UUID]:
    """The invoices whose findings may change by this one: itself, and those that look back at it.

    A streak of cycles looks back a year on its account; a charge billed twice, a cycle on all.
    """
    rows = in_force().filter(carrier__iexact=invoice.carrier, cycle_from__gte=invoice.cycle_from)
    rows = rows.filter(
        Q(account=invoice.account, cycle_from__lte=invoice.cycle_until + _YEAR)
        | Q(cycle_from__lte=invoice.cycle_until + _CYCLE)
    )
    return list(rows.order_by("cycle_from", "id").values_list("id", flat=True))


def _known(invoice: Invoice) -> list[BillingFinding]:
    """The findings of the invoice and of those whose place it took."""
    same = same_identity(invoice).values("id")
    return list(BillingFinding.objects.select_for_update().filter(invoice__in=same))


def _key(invoice: Invoice, item: Found) -> str:
    """What a finding is known by, whichever file its invoice was read from."""
    identity = (
        invoice.carrier.casefold(),
        invoice.account,
        invoice.cycle_from.isoformat(),
        invoice.cycle_until.isoformat(),
        item.kind.value,
        item.number,
        item.detail,
    )
    return sha256("\x1f".join(identity).encode()).hexdigest()


def _values(item: Found) -> dict[str, object]:
    return {
        "kind": item.kind.value,
        "clause": clause_of(item.kind),
        "number": item.number,
        "line_id": item.line_id,
        "department_id": item.department_id,
        "person_id": item.person_id,
        "cents": item.cents,
        "sentence": item.sentence[:400],
        "steps": [step[:300] for step in item.steps[:60]],
        "from_on": item.from_on,
        "until_on": item.until_on,
    }


def _opened(key: str, invoice: Invoice, item: Found, doing: Act) -> BillingFinding:
    row = BillingFinding.objects.create(
        key=key, invoice=invoice, opened_at=doing.at, **_values(item)
    )
    doing.record("billing.finding.opened", row, kind=row.kind, number=row.number, cents=row.cents)
    doing.emit(BillingFindingOpened(row.id, row.kind))
    return row


def _renewed(row: BillingFinding, invoice: Invoice, item: Found, doing: Act) -> BillingFinding:
    """The same finding with what is known now; decided again where its amount is another."""
    values = _values(item)
    other_amount = row.cents != item.cents
    changed = [name for name in _FIELDS if getattr(row, name) != values[name]]
    if changed or row.invoice_id != invoice.id:
        BillingFinding.objects.filter(id=row.id).update(invoice=invoice, **values)
        row.refresh_from_db()
    settled = {FindingState.EXPLAINED.value, FindingState.ACCEPTED.value}
    if row.state == FindingState.CLOSED or (row.state in settled and other_amount):
        move_finding(row, "come again", doing)
    return row


def _close(row: BillingFinding, invoice: Invoice, doing: Act) -> None:
    corrected = row.invoice_id != invoice.id
    why = (
        "The corrected invoice no longer has it."
        if corrected
        else "By what is known now, it no longer holds."
    )
    items = DisputeItem.objects.filter(finding=row, live=True)
    disputes = list(Dispute.objects.filter(id__in=items.values("dispute_id")))
    items.update(live=False)
    BillingFinding.objects.filter(id=row.id).update(invoice=invoice)
    move_finding(row, "close", doing, closing_reason=why)
    for dispute in disputes:
        close_where_settled(dispute, doing)
