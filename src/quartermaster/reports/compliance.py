"""The report on compliance: how things stand, how they went, how long things take."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import StringIO
from math import ceil
from typing import Any
from uuid import UUID

from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Max,
    Min,
    Q,
    QuerySet,
    Sum,
)

from quartermaster.compliance.models import Evaluation, Finding
from quartermaster.compliance.queries import live_findings
from quartermaster.compliance.rules.findings import FindingState
from quartermaster.kernel.csvsafe import safe
from quartermaster.kernel.permits import Actor
from quartermaster.policy.controls import REQUIREMENT_IDS
from quartermaster.reports.models import ComplianceDay
from quartermaster.reports.standing import (
    COLUMNS,
    FRESH,
    SHOWN,
    counts_by_state,
    days_reported,
    devices_reported,
    evaluations_of,
    findings_reported,
)

HOURS_TOLD = 48  # from then on, days
WEEK, FORTNIGHT, MONTH, QUARTER = (timedelta(days=days) for days in (7, 14, 30, 90))
AGES = (
    ("Up to a week", timedelta(0), WEEK),
    ("Up to two weeks", WEEK, FORTNIGHT),
    ("Up to a month", FORTNIGHT, MONTH),
    ("Up to three months", MONTH, QUARTER),
    ("Longer", QUARTER, None),
)


@dataclass(frozen=True)
class Tally:
    """Counts of checks by state, under a name. ``clause`` where it is about one."""

    name: str
    counts: Mapping[str, int]
    clause: str = ""

    @property
    def asked(self) -> int:
        """The checks that apply."""
        return sum(self.counts.values()) - self.counts["not_applicable"]

    @property
    def unsure(self) -> int:
        return sum(self.counts[name] for name in ("unknown", "stale", "pending"))

    @property
    def share(self) -> int | None:
        """Of a hundred checks that apply, those that pass. What is not known does not pass."""
        return round(100 * self.counts["passing"] / self.asked) if self.asked else None


@dataclass(frozen=True)
class Cure:
    """How long findings of one severity took until they were put right."""

    severity: str
    many: int
    median: timedelta

    @property
    def within(self) -> str:
        """The median in words."""
        hours = max(1, ceil(self.median / timedelta(hours=1)))
        many, unit = (hours, "hour") if hours < HOURS_TOLD else (round(hours / 24), "day")
        return f"{many} {unit}{'' if many == 1 else 's'}"


@dataclass(frozen=True)
class Report:
    """Everything that the page of compliance shows."""

    devices: int
    whole: Tally
    departments: tuple[Tally, ...]
    checks: tuple[Tally, ...]
    days: tuple[tuple[date, Tally], ...]
    ages: tuple[tuple[str, int], ...]
    cures: tuple[Cure, ...]
    counted_at: datetime | None = None


def report(
    actor: Actor, at: datetime, department_id: UUID | None = None, *, by_clock: bool = False
) -> Report:
    """The report for an actor, on one of their departments or on all (G-10, C-1).

    ``by_clock``: the checks as the clock counted them, where it did in the last minutes.
    """
    devices = devices_reported(actor, department_id)
    findings = findings_reported(actor, department_id)
    kept, counted_at = _kept(actor, at, department_id) if by_clock else ([], None)
    counts = kept if counted_at else _counts(evaluations_of(devices))
    return Report(
        counted_at=counted_at,
        devices=devices.count(),
        whole=_sum(counts, "All checks"),
        departments=_by_department(counts),
        checks=_by_check(counts),
        days=_over_time(days_reported(actor, at, department_id)),
        ages=_ages(live_findings(findings), at),
        cures=_cures(findings, at),
    )


@dataclass(frozen=True)
class _Count:
    department: str
    clause: str
    check: str
    title: str
    counts: Mapping[str, int]


def _counts(rows: QuerySet[Evaluation]) -> list[_Count]:
    """One look at the evaluations, from which every table of the report follows."""
    found = (
        rows.annotate(department=F("device__department__name"))
        .values("department", "clause", "check_name")
        .annotate(said=Min("title"), **counts_by_state())
    )
    return [_count(row) for row in found]


def _kept(
    actor: Actor, at: datetime, department_id: UUID | None
) -> tuple[list[_Count], datetime | None]:
    """The newest counts of the clock, and when they were taken; None where they are old."""
    rows = days_reported(actor, at, department_id).order_by()
    newest = rows.filter(taken_at__gt=at - FRESH, taken_at__lte=at).aggregate(at=Max("taken_at"))
    taken: datetime | None = newest["at"]
    if taken is None:
        return [], None
    found = (
        rows.filter(taken_at=taken)
        .values("clause", "check_name", place=F("department__name"))
        .annotate(said=Min("title"), **{key: Sum(key) for key in COLUMNS})
    )
    return [_count({**row, "department": row["place"]}) for row in found], taken


def _count(row: Mapping[str, Any]) -> _Count:
    about = (row["department"], row["clause"], row["check_name"], row["said"])
    return _Count(*about, counts={key: row[key] for key in COLUMNS})


def _sum(counts: Iterable[_Count], name: str, clause: str = "") -> Tally:
    found = list(counts)
    return Tally(name, {key: sum(one.counts[key] for one in found) for key in COLUMNS}, clause)


def _by_department(counts: list[_Count]) -> tuple[Tally, ...]:
    names = sorted({one.department for one in counts})
    return tuple(_sum((one for one in counts if one.department == name), name) for name in names)


def _by_check(counts: list[_Count]) -> tuple[Tally, ...]:
    titles = {(one.clause, one.check): one.title for one in counts}
    order = sorted(titles, key=lambda key: (clause_order(key[0]), titles[key]))
    return tuple(
        _sum((one for one in counts if (one.clause, one.check) == key), titles[key], key[0])
        for key in order
    )


def clause_order(code: str) -> tuple[int, str]:
    """Clauses as the policy has them: G-3 before G-10."""
    known = code in REQUIREMENT_IDS
    return (REQUIREMENT_IDS.index(code) if known else len(REQUIREMENT_IDS), code)


def _over_time(rows: QuerySet[ComplianceDay]) -> tuple[tuple[date, Tally], ...]:
    found = rows.order_by("day").values("day").annotate(**{f"n_{key}": Sum(key) for key in COLUMNS})
    return tuple(_of_day(row) for row in found)


def _of_day(row: Mapping[str, Any]) -> tuple[date, Tally]:
    day: date = row["day"]
    return day, Tally(day.isoformat(), {key: row[f"n_{key}"] for key in COLUMNS})


def _ages(rows: QuerySet[Finding], at: datetime) -> tuple[tuple[str, int], ...]:
    """The open findings by how long they have been open."""
    filters = {
        f"age_{number}": Count("id", filter=_opened(at, youngest, oldest))
        for number, (_, youngest, oldest) in enumerate(AGES)
    }
    found = rows.aggregate(**filters)
    return tuple((name, found[f"age_{number}"]) for number, (name, _, _) in enumerate(AGES))


def _opened(at: datetime, youngest: timedelta, oldest: timedelta | None) -> Q:
    after = Q() if oldest is None else Q(opened_at__gt=at - oldest)
    return after & (Q(opened_at__lte=at - youngest) if youngest else Q())


class _Median(Aggregate):
    """The value in the middle."""

    template = "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def _cures(rows: QuerySet[Finding], at: datetime) -> tuple[Cure, ...]:
    """How long what was put right lately took, from when it was seen."""
    lasted = ExpressionWrapper(F("closed_at") - F("opened_at"), output_field=DurationField())
    cured = rows.filter(state=FindingState.CURED, closed_at__gt=at - SHOWN, closed_at__lte=at)
    found = cured.values("severity").annotate(many=Count("id"), median=_Median(lasted))
    order = ("serious", "high", "medium", "low")
    return tuple(
        Cure(row["severity"], row["many"], row["median"])
        for row in sorted(found, key=lambda row: order.index(row["severity"]))
    )


def report_csv(actor: Actor, department_id: UUID | None = None) -> str:
    """How every check stands by department and ownership, one a line; no names."""
    rows = (
        evaluations_of(devices_reported(actor, department_id))
        .values("device__department__code", "device__ownership", "clause", "check_name")
        .annotate(name=Min("title"), **counts_by_state())
        .order_by("device__department__code", "device__ownership", "clause", "check_name")
    )
    out = StringIO()
    writer = csv.writer(out)
    columns = [name.replace("_", " ") for name in COLUMNS]
    writer.writerow(["department", "ownership", "clause", "check", *columns])
    for row in rows:
        writer.writerow(_cells(row))
    return out.getvalue()


def _cells(row: Mapping[str, Any]) -> list[Any]:
    about = ("device__department__code", "device__ownership", "clause", "name")
    return [*(safe(str(row[key])) for key in about), *(row[key] for key in COLUMNS)]
