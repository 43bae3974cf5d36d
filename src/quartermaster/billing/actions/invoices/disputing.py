"""Disputes with the carrier: the letter, the answer, the reminder, giving up (G-12)."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from quartermaster.billing.actions.common import today
from quartermaster.billing.actions.invoices.moving import move_dispute, move_finding
from quartermaster.billing.invoice_permits import DISPUTE_MANAGE
from quartermaster.billing.models import BillingFinding, Dispute, DisputeItem
from quartermaster.billing.rules.bills import LONGEST, WAITING, DisputeState, FindingState
from quartermaster.files import actions as files
from quartermaster.files import papers
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.dates import written_day
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.money import dollars
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said
from quartermaster.notify import actions as post
from quartermaster.org.queries import people_with_role
from quartermaster.org.roles import Role


def send_dispute(*, dispute: Dispute, actor: Actor, at: datetime) -> Dispute:
    """Write to the carrier what is asked back and why, with a day to answer by (G-12)."""
    with act(actor, at) as doing:
        row = _permitted(dispute, actor)
        items = _items(row)
        if not items:
            raise Conflict("Nothing is collected in this dispute.")
        due = today(at) + timedelta(days=settings.DISPUTE_DAYS)
        letter = files.store(
            content=papers.render(
                "billing/papers/dispute.typ",
                _shown(row, items, written_day(due)),
                title=f"Dispute {row.number}",
                at=at,
            ),
            media_type=papers.PDF,
            name=f"dispute-{row.number}.pdf",
            actor=actor,
            at=at,
        )
        address = row.contract.email if row.contract else ""
        move_dispute(
            row,
            "send",
            doing,
            sent_at=at,
            sent_by_id=actor.person_id,
            sent_to=address,
            letter=letter,
            due_on=due,
        )
        if address:
            _mail(row, doing)
    return row


def note_answer(*, dispute: Dispute, answer: str, actor: Actor, at: datetime) -> Dispute:
    """Note what the carrier answered; a credit that they promise is then looked out for (G-12)."""
    with act(actor, at) as doing:
        row = _permitted(dispute, actor)
        words = said(answer, "Say what they answered", LONGEST)
        move_dispute(row, "answer", doing, answered_at=at, answer=words)
    return row


def drop_dispute(*, dispute: Dispute, reason: str, actor: Actor, at: datetime) -> Dispute:
    """Give up what was not credited: it is accepted, with the reason (G-12)."""
    with act(actor, at) as doing:
        row = _permitted(dispute, actor)
        why = said(reason, "Say why it is given up")
        for item in _items(row):
            finding = BillingFinding.objects.select_for_update().get(id=item.finding_id)
            if finding.state == FindingState.DISPUTED:
                move_finding(finding, "give up", doing, reason=why)
        DisputeItem.objects.filter(dispute=row, live=True).update(live=False)
        move_dispute(row, "drop", doing, closing_reason=why)
    return row


def remind_of_disputes(*, actor: Actor, at: datetime) -> int:
    """Tell ITMD, once, of each dispute whose day to answer by has passed (G-12)."""
    with act(actor, at) as doing:
        require(actor, DISPUTE_MANAGE)
        rows = Dispute.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            state=DisputeState.SENT.value, reminded_at=None, due_on__lt=today(at)
        )
        late = list(rows.select_related("invoice"))
        for row in late:
            for person in people_with_role(Role.ITMD_ADMIN, at):
                post.send(
                    template="billing/disputes/overdue",
                    to=person.email,
                    name=person.name,
                    context={
                        "dispute": row,
                        "due": row.due_on,
                        "asked": dollars(row.claimed_cents),
                    },
                    key=f"billing.dispute/{row.id}/overdue/{person.id}",
                    about=row,
                    actor=doing.actor,
                    at=doing.at,
                )
            Dispute.objects.filter(id=row.id).update(reminded_at=at)
            doing.record("billing.dispute.overdue", row, number=row.number)
    return len(late)


def close_where_settled(dispute: Dispute, doing: Act) -> None:
    """A dispute with nothing left of it is over; one that is owed something again is not."""
    items = _items(dispute)
    owed = sum(item.outstanding_cents for item in items)
    if dispute.state in WAITING and owed == 0:
        why = "All of it was credited." if items else "The corrected invoice no longer has it."
        move_dispute(dispute, "settle", doing, closing_reason=why)
    elif dispute.state == DisputeState.SETTLED and owed > 0:
        move_dispute(dispute, "credit undone", doing, closing_reason="")


def _permitted(dispute: Dispute, actor: Actor) -> Dispute:
    require(actor, DISPUTE_MANAGE)
    rows = Dispute.objects.select_for_update(of=("self",)).select_related("contract", "invoice")
    return rows.get(id=dispute.id)


def _items(dispute: Dispute) -> list[DisputeItem]:
    rows = DisputeItem.objects.filter(dispute=dispute, live=True)
    return list(rows.select_related("finding").prefetch_related("credits").order_by("id"))


def _shown(dispute: Dispute, items: list[DisputeItem], due: str) -> dict[str, Any]:
    invoice, contract = dispute.invoice, dispute.contract
    return {
        "facts": [
            ["Dispute", dispute.number],
            ["To", invoice.carrier],
            ["Contract", contract.number if contract else "—"],
            ["Account", invoice.account],
            ["Invoice", f"{invoice.number}, issued {written_day(invoice.issued_on)}"],
            ["Please answer by", due],
        ],
        "lines": [
            [str(place), item.finding.number, item.finding.sentence, dollars(item.cents)]
            for place, item in enumerate(items, 1)
        ],
        "steps": [
            {"title": f"{place}. {item.finding}", "steps": list(item.finding.steps)}
            for place, item in enumerate(items, 1)
        ],
        "total": dollars(sum(item.cents for item in items)),
        "number": dispute.number,
    }


def _mail(dispute: Dispute, doing: Act) -> None:
    assert dispute.letter is not None  # it was just stored
    assert dispute.contract is not None  # its address is known
    post.send(
        template="billing/disputes/dispute",
        to=dispute.sent_to,
        name=dispute.contract.vendor,
        context={
            "dispute": dispute,
            "invoice": dispute.invoice,
            "asked": dollars(dispute.claimed_cents),
            "due": dispute.due_on,
        },
        key=f"billing.dispute/{dispute.id}/sent",
        about=dispute,
        attachments=(dispute.letter,),
        actor=doing.actor,
        at=doing.at,
    )
