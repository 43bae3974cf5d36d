"""What becomes of a finding: accepted, explained, disputed with the carrier, taken back."""

from datetime import datetime
from typing import Any

from django.db import connection

from quartermaster.billing.actions.invoices.moving import move_finding
from quartermaster.billing.invoice_events import ChargedAfterSeparation
from quartermaster.billing.invoice_permits import BILL_DECIDE, DISPUTE_MANAGE
from quartermaster.billing.models import BillingFinding, Contract, Dispute, DisputeItem, Invoice
from quartermaster.billing.rules.bills import (
    DISPUTE_PREFIX,
    LONGEST,
    DisputeState,
    FindingState,
)
from quartermaster.billing.rules.matching.found import DISPUTABLE, Kind
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, Permit, require
from quartermaster.kernel.words import said


def accept(
    *, finding: BillingFinding, note: str = "", actor: Actor, at: datetime
) -> BillingFinding:
    """Accept that it is so: the amount is paid, or is for who left to pay (G-12, C-4)."""
    with act(actor, at) as doing:
        row = _permitted(finding, BILL_DECIDE, actor)
        if row.kind == Kind.PERSONAL and row.state == FindingState.OPEN and note == "":
            note = "It is the person's own number; nothing is paid for it."
        move_finding(row, "accept", doing, **_decided(actor, at, note.strip()[:LONGEST]))
        if row.kind == Kind.SEPARATED and row.person_id is not None:
            _charge(row, doing)
    return row


def explain(*, finding: BillingFinding, reason: str, actor: Actor, at: datetime) -> BillingFinding:
    """Say why nothing is wrong; the reason is kept (G-12)."""
    with act(actor, at) as doing:
        row = _permitted(finding, BILL_DECIDE, actor)
        why = said(reason, "Say why nothing is wrong", LONGEST)
        if row.kind == Kind.SEPARATED and row.state == FindingState.ACCEPTED:
            raise Conflict("It is charged to the person's recovery already. Let it go there.")
        if row.kind == Kind.PERSONAL:
            raise Conflict("A personal number is never paid for. Say that it is none, if so.")
        move_finding(row, "explain", doing, **_decided(actor, at, why))
    return row


def dispute(*, finding: BillingFinding, reason: str, actor: Actor, at: datetime) -> DisputeItem:
    """Collect a finding into the dispute of its invoice: it is not paid until then (G-12)."""
    with act(actor, at) as doing:
        row = _permitted(finding, DISPUTE_MANAGE, actor)
        if Kind(row.kind) not in DISPUTABLE or row.cents <= 0:
            raise Conflict("There is nothing here that the carrier would have to give back.")
        move_finding(row, "dispute", doing, **_decided(actor, at, reason.strip()[:LONGEST]))
        collecting = _collecting(row.invoice, doing)
        return DisputeItem.objects.create(dispute=collecting, finding=row, cents=row.cents)


def take_back(*, finding: BillingFinding, actor: Actor, at: datetime) -> BillingFinding:
    """Take a finding out of a dispute that was not sent yet; it is to be decided again (G-12)."""
    with act(actor, at) as doing:
        row = _permitted(finding, DISPUTE_MANAGE, actor)
        item = DisputeItem.objects.select_for_update().filter(finding=row, live=True).first()
        if item is None or item.dispute.state != DisputeState.DRAFT:
            raise Conflict("The letter is with the carrier already. Note their answer there.")
        DisputeItem.objects.filter(id=item.id).update(live=False)
        move_finding(row, "take back", doing)
    return row


def _permitted(finding: BillingFinding, permit: Permit, actor: Actor) -> BillingFinding:
    require(actor, permit, department_id=finding.department_id)
    return BillingFinding.objects.select_for_update(of=("self",)).get(id=finding.id)


def _decided(actor: Actor, at: datetime, reason: str) -> dict[str, Any]:
    return {
        "decided_at": at,
        "decided_by_id": actor.person_id,
        "decided_label": actor.label[:200],
        "reason": reason,
    }


def _charge(row: BillingFinding, doing: Act) -> None:
    assert row.person_id is not None  # the caller asked
    assert row.from_on is not None  # a finding of this kind has its days
    assert row.until_on is not None
    doing.emit(
        ChargedAfterSeparation(
            finding_id=row.id,
            source=f"billing:{row.key}",
            person_id=row.person_id,
            line_id=row.line_id,
            number=row.number,
            invoice=row.invoice.number,
            from_on=row.from_on,
            until_on=row.until_on,
            cents=row.cents,
        )
    )


def _collecting(invoice: Invoice, doing: Act) -> Dispute:
    """The dispute of an invoice that is not sent yet; a new one where there is none."""
    Invoice.objects.select_for_update().get(id=invoice.id)
    row = Dispute.objects.filter(invoice=invoice, state=DisputeState.DRAFT.value).first()
    if row is not None:
        return row
    made = Dispute.objects.create(
        number=_number(),
        invoice=invoice,
        contract=contract_of(invoice),
        opened_at=doing.at,
        opened_label=doing.actor.label[:200],
    )
    doing.record("billing.dispute.opened", made, number=made.number, invoice=invoice.number)
    return made


def contract_of(invoice: Invoice) -> Contract | None:
    """The contract that an invoice is under: that of its account before another of the carrier."""
    rows = Contract.objects.filter(vendor__iexact=invoice.carrier, carrier=True)
    own = rows.filter(account=invoice.account).order_by("-starts_on").first()
    return own or rows.order_by("-starts_on").first()


def _number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('billing_dispute_number')")
        (value,) = cursor.fetchone()
    return f"{DISPUTE_PREFIX}-{value:06}"
