"""Who had reserved what is not back: they get another one, or are told in time."""

from datetime import date

from quartermaster.jobs.acts import Act
from quartermaster.lifecycle.actions.loans.common import book, let_go, move
from quartermaster.lifecycle.actions.loans.telling import tell_borrower
from quartermaster.lifecycle.errors import NoneFree
from quartermaster.lifecycle.models import Loan
from quartermaster.lifecycle.queries.loans import free_on, loan_for_update, pool_for, span
from quartermaster.lifecycle.rules.loans import LoanState


def make_room(late: Loan, day: date, doing: Act) -> None:
    """Move whoever has reserved the hot-spot for this day to another one."""
    rows = Loan.objects.filter(hotspot_id=late.hotspot_id, state=LoanState.RESERVED, days__day=day)
    waiting = rows.exclude(id=late.id).first()
    if waiting is None:
        return
    loan = loan_for_update(waiting.id)
    days = span(loan.starts_on, loan.ends_on)
    let_go(loan, loan.starts_on)
    for other in free_on(pool_for(loan.person), days).exclude(id=late.hotspot_id):
        try:
            book(loan, other, days)
        except NoneFree:
            continue
        loan.hotspot = other
        loan.save(update_fields=["hotspot"])
        doing.record("lifecycle.loan.moved", loan, hotspot=[late.hotspot.label, other.label])
        tell_borrower(loan, "moved", doing)
        return
    reason = f"{late.hotspot} is not back, and no other is free on these days."
    move(loan, "cancel", doing, closing_reason=reason)
    doing.record("lifecycle.loan.cancelled", loan, hotspot=late.hotspot.label, reason=reason)
    tell_borrower(loan, "cancelled", doing)
