"""Reads of what lines used and cost: in sum by whatever is asked, as far as one may see."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from quartermaster.kernel.permits import Actor, reach
from quartermaster.org.models import Department, Person
from quartermaster.org.queries import coordinators_of
from quartermaster.usage.models import LineUsage
from quartermaster.usage.rules.outliers import Measured, Outlier, outliers
from quartermaster.usage.rules.summaries import NAMES, Figures
from quartermaster.usage.summary_permits import SUMMARY_VIEW

NOBODY = "Belongs to nobody known"


class By(StrEnum):
    """What is summed by."""

    MONTH = "month"
    DEPARTMENT = "department"
    COORDINATOR = "coordinator"
    PERSON = "person"
    LINE = "line"
    PLAN = "plan"
    CITY = "city"

    @property
    def label(self) -> str:
        return self.value.capitalize()


@dataclass(frozen=True)
class Span:
    """Months from the first to the last, both meant."""

    first: date
    last: date

    def __str__(self) -> str:
        if self.first == self.last:
            return f"{self.last:%B %Y}"
        return f"{self.first:%B %Y} to {self.last:%B %Y}"


@dataclass(frozen=True)
class Summed:
    """One sum: of what, its figures, and how many lines they are of."""

    label: str
    figures: Figures
    lines: int
    key: UUID | date | str | None = None
    note: str = ""
    order: Any = field(default=None, compare=False, repr=False)


def usage_visible_to(actor: Actor) -> QuerySet[LineUsage]:
    """What the actor may see: the city, a department's, their people's, or their own (G-9)."""
    rows = LineUsage.objects.select_related("department", "holder", "cycle")
    extent = reach(actor, SUMMARY_VIEW)
    if extent.everything:
        return rows
    return rows.filter(Q(department_id__in=extent.departments) | Q(holder_id__in=extent.people))


def within(rows: QuerySet[LineUsage], span: Span) -> QuerySet[LineUsage]:
    return rows.filter(month__gte=span.first, month__lte=span.last)


_GROUPS: dict[By, tuple[str, ...]] = {
    By.CITY: (),
    By.MONTH: ("month",),
    By.DEPARTMENT: ("department_id", "department__name"),
    By.COORDINATOR: ("department_id",),
    By.PERSON: ("holder_id", "holder__given_name", "holder__family_name"),
    By.LINE: ("number",),
    By.PLAN: ("plan",),
}


def summed(rows: QuerySet[LineUsage], by: By, at: datetime) -> list[Summed]:
    """The sums, those that cost most first, months in their order.

    Args:
        rows: of `usage_visible_to`, so that no sum says more than its rows.
        by: what is summed by.
        at: now, which says who coordinates.
    """
    sums = {name: Sum(name, default=0) for name in NAMES}
    counted = Count("number", distinct=True)
    if by is By.CITY:
        found = [rows.aggregate(**sums, lines=counted)]
    else:
        plain = rows.select_related(None).order_by()
        found = list(plain.values(*_GROUPS[by]).annotate(**sums, lines=counted))
    if by is By.COORDINATOR:
        return _by_coordinator(found, at)
    told = [Summed(_label(row, by), _figures(row), row["lines"], _key(row, by)) for row in found]
    if by is By.MONTH:
        return sorted(told, key=lambda one: str(one.key))
    return sorted(told, key=lambda one: (-one.figures.cost_cents, one.label))


def _figures(row: dict[str, Any]) -> Figures:
    return Figures(**{name: row[name] for name in NAMES})


def _label(row: dict[str, Any], by: By) -> str:
    say: dict[By, Callable[[], str]] = {
        By.CITY: lambda: "All lines",
        By.MONTH: lambda: f"{row['month']:%B %Y}",
        By.DEPARTMENT: lambda: row["department__name"] or NOBODY,
        By.PERSON: lambda: _name(row),
        By.LINE: lambda: row["number"],
        By.PLAN: lambda: row["plan"] or "No plan named",
    }
    return say[by]()


def _name(row: dict[str, Any]) -> str:
    if row["holder_id"] is None:
        return "With no person"
    return f"{row['holder__given_name']} {row['holder__family_name']}"


def _key(row: dict[str, Any], by: By) -> UUID | date | str | None:
    if by is By.CITY:
        return None
    found: UUID | date | str | None = row[_GROUPS[by][0]]
    return found


def _by_coordinator(rows: Iterable[dict[str, Any]], at: datetime) -> list[Summed]:
    """The departments of each coordinator together; several of one department share its sum."""
    names = dict(Department.objects.values_list("id", "name"))
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        key = row["department_id"]
        people = coordinators_of(key, at) if key else Person.objects.none()
        who = tuple(sorted(str(person) for person in people))
        groups[who or ("No coordinator",)].append(row)
    told = []
    for who, ones in groups.items():
        figures = sum((_figures(row) for row in ones), Figures())
        of = sorted(names.get(row["department_id"], NOBODY) for row in ones)
        lines = sum(row["lines"] for row in ones)
        told.append(Summed(" and ".join(who), figures, lines, note=", ".join(of)))
    return sorted(told, key=lambda one: (-one.figures.cost_cents, one.label))


MEASURED = {  # what is looked at, its words, and what less than this more is no matter
    "kilobytes": ("data", 1024 * 1024),
    "seconds": ("minutes", 600 * 60),
    "messages": ("messages", 500),
    "cost_cents": ("cost", 2500),
}


@dataclass(frozen=True)
class FarOff:
    """A line of a month that is far from the others on its plan in one measure."""

    usage: LineUsage
    measure: str
    off: Outlier[UUID]


def far_off(actor: Actor, month: date) -> list[FarOff]:
    """The lines far above others on their plan in a month, of those that the actor may see (G-9).

    What is usual is taken from the whole city's lines on the plan.
    """
    everything = LineUsage.objects.filter(month=month).exclude(plan="")
    seen = {row.id: row for row in usage_visible_to(actor).filter(month=month)}
    found = []
    for measure, (_, least) in MEASURED.items():
        rows = everything.values_list("id", "plan", measure)
        measured = (Measured(key, plan, figure) for key, plan, figure in rows)
        found += [
            FarOff(seen[one.key], measure, one)
            for one in outliers(measured, least=least)
            if one.key in seen
        ]
    return found


def last_month(actor: Actor) -> date | None:
    """The last month of which the actor sees anything."""
    return usage_visible_to(actor).order_by("-month").values_list("month", flat=True).first()
