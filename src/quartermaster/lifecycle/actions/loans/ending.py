"""How a loan ends: back, called off, or never collected."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said
from quartermaster.lifecycle.actions.loans.common import (
    let_go,
    may_lend,
    may_reserve_for,
    move,
    not_to_oneself,
    take_back,
)
from quartermaster.lifecycle.actions.loans.telling import tell_borrower
from quartermaster.lifecycle.calendar import today
from quartermaster.lifecycle.models import Loan
from quartermaster.lifecycle.queries.loans import loan_for_update
from quartermaster.lifecycle.request_permits import LOAN_KEEP
from quartermaster.lifecycle.rules.loans import LOAN, RESET_STEPS, Condition, LoanState
from quartermaster.org.models import Department


def give_back(
    *,
    loan: Loan,
    condition: Condition,
    reset_steps: Collection[str],
    note: str = "",
    actor: Actor,
    at: datetime,
) -> Loan:
    """Take a hot-spot back: its condition, what was reset; its line works again (G-8, C-3)."""
    with act(actor, at) as doing:
        locked = loan_for_update(loan.id)
        may_lend(actor, locked.hotspot)
        not_to_oneself(actor, locked)
        LOAN.target("give back", LoanState(locked.state))
        done = [step for step in RESET_STEPS if step in reset_steps]
        open_steps = [name for step, name in RESET_STEPS.items() if step not in done]
        defective = condition is Condition.DEFECTIVE
        if open_steps and not defective:
            raise InvalidInput(
                f"Before it is lent again: {open_steps[0].lower()}.", field="reset_steps"
            )
        take_back(locked, doing, defective=defective)
        let_go(locked, today(at))
        move(
            locked,
            "give back",
            doing,
            condition=condition.value,
            reset_steps=done,
            returned_to_id=actor.person_id,
            closing_reason=" ".join(note.split())[:300],
        )
        doing.record(
            "lifecycle.loan.returned",
            locked,
            hotspot=locked.hotspot.label,
            condition=condition.value,
            reset=done,
        )
        tell_borrower(locked, "returned", doing)
    return locked


def cancel_loan(*, loan: Loan, reason: str, actor: Actor, at: datetime) -> Loan:
    """Call off a reservation: the days are free for others (G-8)."""
    with act(actor, at) as doing:
        locked = loan_for_update(loan.id)
        may_reserve_for(actor, locked)
        _call_off(locked, "cancel", said(reason, "Say why", field="reason"), doing)
    return locked


def release_loan(*, loan: Loan, actor: Actor, at: datetime) -> Loan:
    """Let a hot-spot go that nobody collected (G-8)."""
    with act(actor, at) as doing:
        require(actor, LOAN_KEEP)
        _call_off(loan, "release", "It was not collected.", doing)
    return loan


def close_loans(
    *,
    person_id: UUID | None = None,
    department_id: UUID | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """Call off what somebody has reserved who left, or whose department is excluded now (S-3)."""
    require(actor, LOAN_KEEP)
    rows = Loan.objects.filter(state=LoanState.RESERVED)
    if person_id is not None:
        rows, reason = rows.filter(person_id=person_id), "The person has left the City's service."
    else:
        assert department_id is not None  # one of the two is named
        department = Department.objects.get(id=department_id)
        if department.covered:
            return 0
        rows = rows.filter(person__department=department)
        reason = f"{department.name} is excluded from the policy."
    keys = list(rows.values_list("id", flat=True))
    for key in keys:
        with act(actor, at) as doing:
            loan = loan_for_update(key)
            try:
                _call_off(loan, "cancel", reason, doing)
            except Conflict:  # collected at the same moment
                continue
    return len(keys)


def _call_off(loan: Loan, verb: str, reason: str, doing: Act) -> None:
    move(loan, verb, doing, closing_reason=reason)
    let_go(loan, loan.starts_on)
    doing.record(f"lifecycle.loan.{_TAGS[verb]}", loan, hotspot=loan.hotspot.label, reason=reason)
    tell_borrower(loan, _TAGS[verb], doing)


_TAGS = {"cancel": "cancelled", "release": "not-collected"}
