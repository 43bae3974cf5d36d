"""What is due by the clock: reminders, what is overdue, its line, what nobody collected."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from quartermaster.billing.actions import line_orders
from quartermaster.billing.rules.line_orders import LineOrderKind
from quartermaster.inventory.models import LineStatus
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.worded import values
from quartermaster.lifecycle.actions.loans.common import HOUSE, book, cause_of, move
from quartermaster.lifecycle.actions.loans.ending import release_loan
from quartermaster.lifecycle.actions.loans.lending import first_wake
from quartermaster.lifecycle.actions.loans.moving_on import make_room
from quartermaster.lifecycle.actions.loans.telling import tell_borrower, tell_lenders
from quartermaster.lifecycle.calendar import evening_of, morning_of, today
from quartermaster.lifecycle.models import Loan
from quartermaster.lifecycle.queries.loans import line_in
from quartermaster.lifecycle.request_permits import LOAN_KEEP
from quartermaster.lifecycle.rules.loans import LIVE_LOANS, LoanState

DAY = timedelta(days=1)


def take_loan_steps(*, actor: Actor, at: datetime, limit: int = 500) -> int:
    """Take the next step of every loan whose time has come; how many (G-8)."""
    require(actor, LOAN_KEEP)
    taken = 0
    while taken < limit:
        with transaction.atomic():
            loan = (
                Loan.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("hotspot__device", "person__department")
                .filter(state__in=values(LIVE_LOANS), wake_at__lte=at)
                .order_by("wake_at", "id")
                .first()
            )
            if loan is None:
                return taken
            with act(actor, at) as doing:
                _step(loan, doing)
        taken += 1
    return taken


def _step(loan: Loan, doing: Act) -> None:
    if loan.state == LoanState.RESERVED:
        release_loan(loan=loan, actor=doing.actor, at=doing.at)
    elif loan.state == LoanState.OVERDUE:
        _keep_overdue(loan, doing)
    elif doing.at > evening_of(loan.ends_on):
        _run_over(loan, doing)
    else:
        loan.wake_at = first_wake(loan.ends_on, doing.at)
        if loan.wake_at == evening_of(loan.ends_on):
            loan.wake_at += timedelta(seconds=1)
        loan.save(update_fields=["wake_at"])
        what = "due-today" if today(doing.at) == loan.ends_on else "due-soon"
        tell_borrower(loan, what, doing)


def _run_over(loan: Loan, doing: Act) -> None:
    """The borrower is told first, and what will happen to the line; then it happens."""
    move(
        loan,
        "run over",
        doing,
        overdue_at=doing.at,
        warned_at=doing.at,
        wake_at=morning_of(today(doing.at) + DAY),
    )
    doing.record("lifecycle.loan.overdue", loan, hotspot=loan.hotspot.label)
    tell_borrower(loan, "overdue", doing)
    tell_lenders(loan, "overdue", doing)
    _occupy(loan, doing)


def _keep_overdue(loan: Loan, doing: Act) -> None:
    """Each morning: today is the loan's, too; after the days of grace its line is suspended."""
    loan.wake_at = morning_of(today(doing.at) + DAY)
    loan.save(update_fields=["wake_at"])
    grace = evening_of(loan.ends_on + timedelta(days=settings.LOAN_DAYS["suspend"]))
    if loan.suspended_at is None and doing.at > grace:
        _suspend(loan, doing)
    _occupy(loan, doing)


def _suspend(loan: Loan, doing: Act) -> None:
    line = line_in(loan.hotspot)
    if line is None or line.status != LineStatus.ACTIVE:
        return
    line_orders.ask_line_order(
        line_id=line.id,
        kind=LineOrderKind.SUSPEND,
        reason=f"{loan.hotspot.label} is overdue.",
        terms=line_orders.Terms(cause=cause_of(loan)),
        actor=HOUSE,
        at=doing.at,
    )
    loan.suspended_line, loan.suspended_at = line, doing.at
    loan.save(update_fields=["suspended_line", "suspended_at"])
    doing.record("lifecycle.loan.line-stop-asked", loan, line=str(line.id))
    tell_borrower(loan, "suspended", doing)
    tell_lenders(loan, "suspended", doing)


def _occupy(loan: Loan, doing: Act) -> None:
    """What is not back is nobody else's today; who had reserved it gets another, or is told."""
    day = today(doing.at)
    if day <= loan.ends_on or loan.days.filter(day=day).exists():
        return
    make_room(loan, day, doing)
    book(loan, loan.hotspot, [day])
