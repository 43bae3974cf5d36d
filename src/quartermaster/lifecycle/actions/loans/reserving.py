"""Reserving a hot-spot for a span: whichever is free, or a certain one."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said
from quartermaster.lifecycle.actions.loans.common import book
from quartermaster.lifecycle.actions.loans.telling import tell_borrower
from quartermaster.lifecycle.calendar import evening_of, today
from quartermaster.lifecycle.errors import NoneFree
from quartermaster.lifecycle.models import Loan, PoolHotspot
from quartermaster.lifecycle.queries.coverage import require_at_work, require_served
from quartermaster.lifecycle.queries.loans import free_on, loans_of, pool_for, span
from quartermaster.lifecycle.request_permits import LOAN_RESERVE
from quartermaster.lifecycle.rules.loans import LONGEST_LOAN_DAYS
from quartermaster.org.models import Person

MOST_LOANS = 3


def reserve_hotspot(
    *,
    person_id: UUID,
    starts_on: date,
    ends_on: date,
    purpose: str,
    hotspot_id: UUID | None = None,
    actor: Actor,
    at: datetime,
) -> Loan:
    """Reserve a hot-spot of the pool for a span of days (G-8).

    Raises:
        NoneFree: none is free on all of the days.
        DepartmentExcluded: ITMD does not serve the person's department (S-3).
    """
    with act(actor, at) as doing:
        people = Person.objects.select_for_update(of=("self",)).select_related("department")
        person = people.filter(id=person_id).first()
        if person is None:
            raise NotFound("There is no such person.")
        require(actor, LOAN_RESERVE, person_id=person.id, department_id=person.department_id)
        if actor.person_id is None:
            raise Refused("A person reserves, and is named; the house does not.")
        require_at_work(person)
        require_served(person.department)
        require_span(starts_on, ends_on, today(at))
        why = said(purpose, "Say what it is for", field="purpose")
        if loans_of(person.id).count() >= MOST_LOANS:
            raise Conflict(f"{person.name} has {MOST_LOANS} hot-spots on loan or reserved already.")
        rows = pool_for(person)
        if hotspot_id is not None:
            rows = rows.filter(id=hotspot_id)
        loan = Loan(
            person=person,
            department=person.department,
            asked_by_id=actor.person_id,
            purpose=why,
            starts_on=starts_on,
            ends_on=ends_on,
            reserved_at=at,
            wake_at=evening_of(starts_on + timedelta(days=settings.LOAN_DAYS["collect"])),
        )
        _take_one(loan, list(free_on(rows, span(starts_on, ends_on))), doing)
        tell_borrower(loan, "reserved", doing)
    return loan


def _take_one(loan: Loan, candidates: list[PoolHotspot], doing: Act) -> None:
    """The first that nobody else takes at the same moment."""
    days = span(loan.starts_on, loan.ends_on)
    for hotspot in candidates:
        try:
            with transaction.atomic():
                loan.hotspot = hotspot
                loan.save(force_insert=True)
                book(loan, hotspot, days)
        except NoneFree:
            continue
        doing.record(
            "lifecycle.loan.reserved",
            loan,
            hotspot=hotspot.label,
            person=loan.person.number,
            days=[loan.starts_on.isoformat(), loan.ends_on.isoformat()],
        )
        return
    raise NoneFree(
        "No hot-spot is free on all of these days. Choose other days, or a shorter span; the"
        " calendar shows what is free."
    )


def require_span(starts_on: date, ends_on: date, day: date) -> None:
    """Raise `InvalidInput` unless the days lie ahead, in order, and not too far or too many."""
    if starts_on < day:
        raise InvalidInput("That day is over.", field="starts_on")
    if ends_on < starts_on:
        raise InvalidInput("The last day comes before the first.", field="ends_on")
    if (ends_on - starts_on).days >= LONGEST_LOAN_DAYS:
        raise InvalidInput(
            f"A loan lasts {LONGEST_LOAN_DAYS} days at most. Ask for a device of your own.",
            field="ends_on",
        )
    ahead = settings.LOAN_DAYS["ahead"]
    if starts_on > day + timedelta(days=ahead):
        raise InvalidInput(f"Reserve at most {ahead} days ahead.", field="starts_on")
