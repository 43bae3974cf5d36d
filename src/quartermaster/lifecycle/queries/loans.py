"""Reads of the hot-spot pool: what is in it, whose a day is, what is free (G-8)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from quartermaster.inventory.models import LIVE, Line
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Actor, reach
from quartermaster.kernel.worded import values
from quartermaster.lifecycle.calendar import today
from quartermaster.lifecycle.models import Loan, LoanDay, PoolHotspot
from quartermaster.lifecycle.queries.requests import reached
from quartermaster.lifecycle.request_permits import LOAN_LEND, LOAN_VIEW, POOL_VIEW
from quartermaster.lifecycle.rules.loans import LIVE_LOANS, WITH_BORROWER, LoanState
from quartermaster.org.models import Department, Person


def span(first: date, last: date) -> list[date]:
    """The days from the first to the last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _lineage(department_id: UUID) -> set[UUID]:
    above: set[UUID] = set()
    here: UUID | None = department_id
    while here is not None and here not in above:
        above.add(here)
        here = Department.objects.values_list("parent_id", flat=True).get(id=here)
    return above


def pool_for(person: Person) -> QuerySet[PoolHotspot]:
    """The hot-spots that a person may borrow: the city's, and those of their department."""
    rows = PoolHotspot.objects.filter(removed_at=None).select_related("device", "department")
    own = _lineage(person.department_id)
    return rows.filter(Q(department=None) | Q(department_id__in=own)).order_by("label")


def pool_visible_to(actor: Actor) -> QuerySet[PoolHotspot]:
    """The hot-spots of the pool that the actor may see: everybody the city's, and their own."""
    rows = PoolHotspot.objects.filter(removed_at=None).select_related("device", "department")
    extent = reach(actor, POOL_VIEW)
    if extent.everything:
        return rows
    if extent.nothing:
        return rows.none()
    departments = set(extent.departments)
    if actor.person_id is not None:
        me = Person.objects.get(id=actor.person_id)
        departments |= _lineage(me.department_id)
    return rows.filter(Q(department=None) | Q(department_id__in=departments))


def loans_visible_to(actor: Actor) -> QuerySet[Loan]:
    """The loans that the actor may see: their own, or those of their people."""
    rows = Loan.objects.select_related(
        "hotspot__device", "hotspot__department", "person__department", "department", "asked_by"
    )
    seen = reached(actor, LOAN_VIEW)
    if not seen:  # an empty condition is the whole city
        return rows
    return rows.filter(seen | Q(hotspot__department_id__in=reach(actor, LOAN_LEND).departments))


def loan_for_update(key: UUID) -> Loan:
    """One loan, locked until the transaction ends."""
    rows = Loan.objects.select_for_update(of=("self",)).select_related(
        "hotspot__device", "hotspot__department", "person__department", "suspended_line"
    )
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such loan.")
    return found


def free_on(rows: QuerySet[PoolHotspot], days: Iterable[date]) -> QuerySet[PoolHotspot]:
    """Those that are nobody's on any of the days, and not away for repair."""
    taken = LoanDay.objects.filter(hotspot=OuterRef("id"), day__in=list(days))
    return rows.filter(device__status__in=["in_stock", "assigned"]).exclude(Exists(taken))


def booked(
    rows: Iterable[PoolHotspot], first: date, last: date
) -> Mapping[tuple[UUID, date], Loan]:
    """Whose each hot-spot is on each day."""
    found = LoanDay.objects.filter(hotspot__in=list(rows), day__range=(first, last))
    days = found.select_related("loan__person")
    return {(row.hotspot_id, row.day): row.loan for row in days}


def line_in(hotspot: PoolHotspot) -> Line | None:
    """The line of a hot-spot, by its SIM."""
    sims = hotspot.device.sims.select_related("line").filter(retired=False, line__status__in=LIVE)
    sim = sims.order_by("iccid").first()
    return sim.line if sim is not None else None


def next_loan(loan: Loan) -> Loan | None:
    """Who has reserved the same hot-spot next."""
    rows = Loan.objects.filter(hotspot_id=loan.hotspot_id, state=LoanState.RESERVED)
    return rows.exclude(id=loan.id).order_by("starts_on").first()


def lending(actor: Actor, at: datetime) -> dict[str, QuerySet[Loan]]:
    """What the actor, who lends, has to do: what is collected today, what is not back."""
    extent = reach(actor, LOAN_LEND)
    rows = loans_visible_to(actor)
    if not extent.everything:
        rows = rows.filter(hotspot__department_id__in=extent.departments)
    day = today(at)
    return {
        "lend": rows.filter(state=LoanState.RESERVED, starts_on__lte=day).order_by("starts_on"),
        "overdue": rows.filter(state=LoanState.OVERDUE).order_by("ends_on"),
    }


def loans_of(person_id: UUID) -> QuerySet[Loan]:
    """What a person has or has reserved."""
    return Loan.objects.filter(person_id=person_id, state__in=values(LIVE_LOANS))


def with_borrower(rows: QuerySet[Loan]) -> QuerySet[Loan]:
    return rows.filter(state__in=values(WITH_BORROWER))
