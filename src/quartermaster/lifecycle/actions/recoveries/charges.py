"""What was incurred after the last day: added by hand or from invoices, and paid."""

from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from quartermaster.inventory.models import Line
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.money import dollars
from quartermaster.kernel.permits import Actor
from quartermaster.kernel.words import said
from quartermaster.lifecycle.actions.recoveries.moving import about, move, move_owed, permitted
from quartermaster.lifecycle.models import Recovery, RecoveryCharge
from quartermaster.lifecycle.queries.recoveries import recovery_to_charge
from quartermaster.lifecycle.recovery_permits import RECOVERY_MANAGE
from quartermaster.lifecycle.rules.recoveries import LIVE_RECOVERIES, chargeable
from quartermaster.org.models import Person

HIGHEST_CHARGE = 10_000_000


def add_charge(
    *,
    recovery: Recovery,
    title: str,
    amount_cents: int,
    from_on: date,
    until_on: date,
    line: Line | None = None,
    invoice: str = "",
    source: str = "",
    actor: Actor,
    at: datetime,
) -> RecoveryCharge:
    """Add a charge that was incurred after the last day; a closed recovery opens by it (C-4).

    Args:
        recovery: whose.
        title: what it is, as the letter names it.
        amount_cents: more than nothing.
        from_on: the first day of the period charged, not before the last day of service.
        until_on: the last day of the period.
        line: the line, where it is of one.
        invoice: the carrier's number of the invoice.
        source: names the invoice line; the same one again changes nothing.
        actor: who adds it.
        at: now.

    Raises:
        InvalidInput: no amount, or a period that is not for the person to pay.
        Conflict: the person stayed after all, or left once more since.
    """
    with act(actor, at) as doing:
        permitted(actor, RECOVERY_MANAGE, recovery)
        known = RecoveryCharge.objects.filter(source=source).first() if source else None
        if known is not None:
            return known
        locked = Recovery.objects.select_for_update(of=("self",)).get(id=recovery.id)
        if locked.state not in LIVE_RECOVERIES:
            _open_again(locked, doing)
        if not 0 < amount_cents <= HIGHEST_CHARGE:
            raise InvalidInput("More than nothing, and $100,000 at most.", field="amount")
        problem = chargeable(from_on, until_on, locked.separated_on)
        if problem:
            raise InvalidInput(problem, field="from_on")
        charge = RecoveryCharge.objects.create(
            recovery=locked,
            line=line,
            title=said(title, "Say what it is", 200),
            invoice=invoice.strip()[:60],
            from_on=from_on,
            until_on=until_on,
            amount_cents=amount_cents,
            source=source,
            added_at=at,
        )
        about(charge, doing, "charged", amount=dollars(amount_cents), invoice=charge.invoice)
    return charge


def charge_from_invoice(
    *,
    person_id: UUID,
    source: str,
    title: str,
    amount_cents: int,
    from_on: date,
    until_on: date,
    line_id: UUID | None,
    invoice: str,
    actor: Actor,
    at: datetime,
) -> RecoveryCharge | None:
    """Add what an invoice has after a person's last day; the same once, more of it as more (C-4).

    ``source`` names what it is for. Where a corrected invoice makes it more, the difference is
    added; where it makes it less, people let the rest go. None: nothing to add, or no recovery of
    theirs to add it to.
    """
    with act(actor, at):
        person = Person.objects.select_for_update(no_key=True).get(id=person_id)
        recovery = recovery_to_charge(person, from_on)
        if recovery is None:
            return None
        known = RecoveryCharge.objects.filter(
            Q(source=source) | Q(source__startswith=f"{source}/"), recovery__person=person
        )
        charged = sum(row.amount_cents for row in known)
        if amount_cents <= charged:
            return None
        return add_charge(
            recovery=recovery,
            title=title,
            amount_cents=amount_cents - charged,
            from_on=from_on,
            until_on=until_on,
            line=Line.objects.filter(id=line_id).first() if line_id else None,
            invoice=invoice,
            source=f"{source}/{len(known)}" if known else source,
            actor=actor,
            at=at,
        )


def _open_again(recovery: Recovery, doing: Act) -> None:
    """An invoice may come months after all else was settled."""
    if Recovery.objects.filter(person_id=recovery.person_id, closed_at=None).exists():
        raise Conflict("There is a later recovery of this person; add the charge there.")
    move(recovery, "open again", closed_at=None, closing_reason="")
    doing.record("lifecycle.recovery.opened-again", recovery, reason="A charge was added.")


def note_paid(
    *, charge: RecoveryCharge, reference: str, actor: Actor, at: datetime
) -> RecoveryCharge:
    """Note that a charge was paid, with the receipt of the City's cashier (C-4)."""
    with act(actor, at) as doing:
        permitted(actor, RECOVERY_MANAGE, charge.recovery)
        note = said(reference, "Name the receipt")
        move_owed(charge, "settle", settled_at=at, note=note)
        about(charge, doing, "paid", amount=dollars(charge.amount_cents), receipt=note)
    return charge
