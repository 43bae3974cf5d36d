"""Lending what was reserved, for longer where nobody waits, and another one for a defect."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings

from quartermaster.inventory.models import DeviceStatus
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor
from quartermaster.kernel.words import said
from quartermaster.lifecycle.actions.loans.common import (
    book,
    hand_over,
    in_use_again,
    let_go,
    may_lend,
    may_reserve_for,
    move,
    not_to_oneself,
    take_back,
)
from quartermaster.lifecycle.actions.loans.telling import tell_borrower
from quartermaster.lifecycle.calendar import evening_of, morning_of, today
from quartermaster.lifecycle.errors import NoneFree
from quartermaster.lifecycle.models import Loan, PoolHotspot
from quartermaster.lifecycle.queries.coverage import require_at_work, require_served
from quartermaster.lifecycle.queries.loans import free_on, loan_for_update, pool_for, span
from quartermaster.lifecycle.rules.loans import LOAN, LONGEST_LOAN_DAYS, LoanState


def lend(*, loan: Loan, signed_name: str, actor: Actor, at: datetime) -> Loan:
    """Hand a reserved hot-spot to its borrower, who signs with their name (G-8, S-2).

    Refused while the borrower has not acknowledged the policy in force.
    """
    with act(actor, at) as doing:
        locked = loan_for_update(loan.id)
        may_lend(actor, locked.hotspot)
        not_to_oneself(actor, locked)
        require_at_work(locked.person)
        require_served(locked.person.department)
        LOAN.target("lend", LoanState(locked.state))
        if not locked.starts_on <= today(at) <= locked.ends_on:
            raise Conflict(f"It is reserved from {locked.starts_on} to {locked.ends_on}.")
        if locked.hotspot.device.status != DeviceStatus.IN_STOCK:
            raise Conflict(f"{locked.hotspot} is not back yet. Swap it for another.")
        name = said(
            " ".join(signed_name.split()), "The borrower signs with their name", field="signed_name"
        )
        if name.casefold() != locked.person.name.casefold():
            raise InvalidInput(f"The borrower signs as {locked.person.name}.", field="signed_name")
        move(
            locked,
            "lend",
            doing,
            lent_at=at,
            lent_by_id=actor.person_id,
            signed_name=name,
            wake_at=first_wake(locked.ends_on, at),
        )
        hand_over(locked, doing)
        doing.record("lifecycle.loan.lent", locked, hotspot=locked.hotspot.label, signed=name)
        tell_borrower(locked, "lent", doing)
    return locked


def extend_loan(*, loan: Loan, ends_on: date, actor: Actor, at: datetime) -> Loan:
    """Keep a hot-spot for longer, where nobody has reserved it for those days (G-8)."""
    with act(actor, at) as doing:
        locked = loan_for_update(loan.id)
        may_reserve_for(actor, locked)
        require_at_work(locked.person)
        require_served(locked.person.department)
        LOAN.target("extend", LoanState(locked.state))
        day = today(at)
        if ends_on <= max(locked.ends_on, day - timedelta(days=1)):
            raise InvalidInput("Choose a later day.", field="ends_on")
        if (ends_on - locked.starts_on).days >= LONGEST_LOAN_DAYS:
            raise InvalidInput(
                f"A loan lasts {LONGEST_LOAN_DAYS} days at most. Ask for a device of your own.",
                field="ends_on",
            )
        mine = set(locked.days.values_list("day", flat=True))
        wanted = [one for one in span(locked.ends_on, ends_on) if one >= day and one not in mine]
        try:
            book(locked, locked.hotspot, wanted)
        except NoneFree as problem:
            raise NoneFree(
                "Somebody else has reserved it for one of these days. Choose an earlier day, or"
                " reserve another.",
                field="ends_on",
            ) from problem
        before = locked.ends_on
        in_use_again(locked, "The loan is longer now.", doing)
        move(
            locked,
            "extend",
            doing,
            ends_on=ends_on,
            wake_at=first_wake(ends_on, at),
            overdue_at=None,
            warned_at=None,
            suspended_at=None,
            suspended_line=None,
        )
        doing.record(
            "lifecycle.loan.extended", locked, days=[before.isoformat(), ends_on.isoformat()]
        )
        tell_borrower(locked, "extended", doing)
    return locked


def swap_hotspot(
    *, loan: Loan, reason: str, hotspot_id: UUID | None = None, actor: Actor, at: datetime
) -> Loan:
    """Give a borrower another hot-spot for one that does not work, which goes to repair (G-8)."""
    with act(actor, at) as doing:
        locked = loan_for_update(loan.id)
        may_lend(actor, locked.hotspot)
        not_to_oneself(actor, locked)
        LOAN.target("extend", LoanState(locked.state))  # with its borrower
        why = said(reason, "Say what is wrong with it", field="reason")
        day = today(at)
        days = span(day, max(day, locked.ends_on))
        rows = free_on(pool_for(locked.person), days).filter(device__status=DeviceStatus.IN_STOCK)
        rows = rows.exclude(id=locked.hotspot_id)
        other = rows.filter(id=hotspot_id).first() if hotspot_id else rows.first()
        if other is None:
            raise NoneFree("No other hot-spot is free for the rest of the loan.")
        old = locked.hotspot
        take_back(locked, doing, defective=True)
        let_go(locked, day)
        _change(locked, other)
        book(locked, other, days)
        hand_over(locked, doing)
        doing.record("lifecycle.loan.swapped", locked, hotspot=[old.label, other.label], reason=why)
        tell_borrower(locked, "swapped", doing)
    return locked


def _change(loan: Loan, other: PoolHotspot) -> None:
    loan.hotspot, loan.suspended_at, loan.suspended_line = other, None, None
    loan.save(update_fields=["hotspot", "suspended_at", "suspended_line"])


def first_wake(ends_on: date, at: datetime) -> datetime:
    """When the borrower is reminded: some days before, the day itself, or it is late already."""
    before = morning_of(ends_on - timedelta(days=settings.LOAN_DAYS["remind"]))
    the_day = morning_of(ends_on)
    return next((one for one in (before, the_day) if one > at), evening_of(ends_on))
