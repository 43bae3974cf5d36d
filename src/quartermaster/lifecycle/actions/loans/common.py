"""What the verbs on loans share: the one step, the days, the device and its line."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from quartermaster.billing.actions import line_orders
from quartermaster.billing.rules.line_orders import LineOrderKind
from quartermaster.inventory import actions as inventory
from quartermaster.inventory.models import DeviceStatus, Line, LineStatus
from quartermaster.inventory.permits import DEVICE_MANAGE
from quartermaster.inventory.rules.custody import Cause
from quartermaster.jobs.acts import Act
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.kernel.permits import Actor, reach, require, system
from quartermaster.kernel.worded import values
from quartermaster.lifecycle.errors import NoneFree
from quartermaster.lifecycle.events import LoanEnded
from quartermaster.lifecycle.models import Loan, LoanDay, PoolHotspot
from quartermaster.lifecycle.queries.loans import line_in
from quartermaster.lifecycle.request_permits import LOAN_LEND, LOAN_RESERVE
from quartermaster.lifecycle.rules.loans import LIVE_LOANS, LOAN, LoanState

HOUSE = system("hot-spot pool")


def move(loan: Loan, verb: str, doing: Act, **more: object) -> None:
    """Take one step; `Conflict` where it is not possible (any longer)."""
    step = LOAN.transitions[verb]
    fields: dict[str, object] = {"state": step.target.value, **more}
    if step.target not in LIVE_LOANS:
        fields |= {"closed_at": doing.at, "wake_at": None}
    rows = Loan.objects.filter(id=loan.id, state__in=values(step.sources))
    if rows.update(**fields) != 1:
        loan.refresh_from_db()
        LOAN.target(verb, LoanState(loan.state))
        raise Conflict("The loan changed at the same time; try again.")
    loan.refresh_from_db()
    if loan.closed_at is not None:
        doing.emit(LoanEnded(loan.id, loan.state))


def may_lend(actor: Actor, hotspot: PoolHotspot) -> None:
    """Raise `Refused` unless the actor lends hot-spots of this pool: the city's, or theirs."""
    if hotspot.department_id is None:
        require(actor, LOAN_LEND)
    else:
        require(actor, LOAN_LEND, department_id=hotspot.department_id)


def may_reserve_for(actor: Actor, loan: Loan) -> None:
    """Raise `Refused` unless the loan is the actor's, of their people, or of their pool."""
    if reach(actor, LOAN_LEND).covers(department_id=loan.hotspot.department_id):
        return
    require(actor, LOAN_RESERVE, person_id=loan.person_id, department_id=loan.department_id)


def not_to_oneself(actor: Actor, loan: Loan) -> None:
    if actor.person_id == loan.person_id:
        raise Refused("Nobody lends to themselves, or takes back from themselves.")


def book(loan: Loan, hotspot: PoolHotspot, days: Iterable[date]) -> None:
    """Make the days the loan's; the database lets nobody else have one of them.

    Days are written in their order, so that two who want the same ones wait for one another, and
    never for each other.
    """
    rows = [LoanDay(hotspot=hotspot, loan=loan, day=day) for day in sorted(days)]
    try:
        with transaction.atomic():
            LoanDay.objects.bulk_create(rows)
    except IntegrityError as problem:
        raise NoneFree(f"{hotspot} is somebody else's on one of these days.") from problem


def let_go(loan: Loan, since: date) -> None:
    """What lies ahead is free for others."""
    LoanDay.objects.filter(loan=loan, day__gte=since).delete()


def hand_over(loan: Loan, doing: Act) -> None:
    """Move the device and its line to the borrower; the loan says already that it is lent."""
    device, line = loan.hotspot.device, line_in(loan.hotspot)
    words = _words(loan, doing)
    inventory.assign(device_id=device.id, holder_id=loan.person_id, **words)
    if line is not None:
        if line.status == LineStatus.SUSPENDED:
            ask_restore(line, f"{loan.hotspot.label} is lent.", doing)
        inventory.assign_line(line_id=line.id, holder_id=loan.person_id, **words)


def take_back(loan: Loan, doing: Act, *, defective: bool) -> None:
    """Move the device and its line home; a defective one goes to repair."""
    device, home = loan.hotspot.device, loan.hotspot.home_id
    words = _words(loan, doing)
    device.refresh_from_db()
    if device.holder_id == loan.person_id or device.status != DeviceStatus.IN_STOCK:
        inventory.unassign(device_id=device.id, department_id=home, **words)
    line = line_in(loan.hotspot)
    if line is not None:
        inventory.assign_line(line_id=line.id, holder_id=None, department_id=home, **words)
        in_use_again(loan, "It is back.", doing)
    if defective:
        inventory.send_to_repair(device_id=device.id, **words)


def in_use_again(loan: Loan, why: str, doing: Act) -> None:
    """A line that was to be suspended for being overdue is in use again."""
    line_orders.undo_for(cause=cause_of(loan), reason=why, actor=HOUSE, at=doing.at)


def ask_restore(line: Line, why: str, doing: Act) -> None:
    line_orders.ask_line_order(
        line_id=line.id, kind=LineOrderKind.RESTORE, reason=why, actor=HOUSE, at=doing.at
    )


def cause_of(loan: Loan) -> Cause:
    return Cause(reason=f"Loan: {loan.purpose}", kind="lifecycle.loan", id=loan.id)


def _words(loan: Loan, doing: Act) -> dict[str, Any]:
    """Who moves the thing, when, and of what it comes."""
    return {"actor": _mover(doing.actor), "at": doing.at, "cause": cause_of(loan)}


def _mover(actor: Actor) -> Actor:
    """Who moves the thing: the actor, or the pool for a coordinator who may lend, and no more."""
    return actor if reach(actor, DEVICE_MANAGE).everything else HOUSE
