"""The month of a department: its figures, kept for ever, and the paper that is made of them."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from quartermaster.compliance.models import Finding
from quartermaster.compliance.rules.findings import LIVE, FindingState
from quartermaster.files import papers
from quartermaster.inventory.models import Ownership
from quartermaster.kernel.dates import written_day
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.models import Department
from quartermaster.policy.rules.versions import city_date, day_begins
from quartermaster.reports import fleet, plots
from quartermaster.reports.compliance import Report, Tally, clause_order, report
from quartermaster.reports.lag import patch_lag
from quartermaster.reports.models import DepartmentMonth
from quartermaster.reports.own import against_itmd
from quartermaster.reports.permits import COMPLIANCE_VIEW
from quartermaster.reports.standing import devices_reported, findings_reported
from quartermaster.reports.unmanaged import unmanaged_by_department

PAPER = "reports/papers/month.typ"
FIRST_DAYS = 7  # a machine that stood still on the first still takes it; later is another state


def month_before(day: date) -> date:
    """The first day of the month before that of a day."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def months_visible_to(actor: Actor, department_id: UUID) -> QuerySet[DepartmentMonth]:
    """The months kept of a department, where the actor may have a report on it."""
    require(actor, COMPLIANCE_VIEW, department_id=department_id)
    return DepartmentMonth.objects.select_related("department").filter(department_id=department_id)


def take_months(*, actor: Actor, at: datetime) -> int:
    """Keep the figures of the month that has ended, of every department; how many (G-10, C-1)."""
    require(actor, COMPLIANCE_VIEW)
    today = city_date(at, settings.TIME_ZONE)
    month = month_before(today)
    if today.day > FIRST_DAYS:
        return 0
    taken = DepartmentMonth.objects.filter(month=month).values("department_id")
    rows = [
        DepartmentMonth(
            month=month,
            department=department,
            figures=figures(actor, department, month=month, at=at),
            taken_at=at,
        )
        for department in Department.objects.exclude(id__in=taken).order_by("code")
    ]
    # of two workers at once the first stays
    return len(DepartmentMonth.objects.bulk_create(rows, ignore_conflicts=True))


def figures(
    actor: Actor, department: Department | None, *, month: date | None, at: datetime
) -> dict[str, Any]:
    """Everything that the paper shows, as plain data: of a month, or of now."""
    key = department.id if department else None
    found = report(actor, at, key)
    devices = devices_reported(actor, key)
    return {
        "department": department.name if department else "All departments",
        "period": f"{month:%B %Y}" if month else "",
        "day": _day(city_date(at, settings.TIME_ZONE)),
        "devices": found.devices,
        "unmanaged": unmanaged_by_department(actor, key),
        "own": against_itmd(),
        "whole": _tally(found.whole),
        "departments": [_tally(one) for one in found.departments],
        "checks": [_tally(one) for one in found.checks],
        "course": [
            [_day(day), tally.share] for day, tally in found.days if tally.share is not None
        ],
        "findings": _findings(actor, key, month, at),
        "ages": [list(age) for age in found.ages],
        "cures": _cures(found),
        "systems": _counted(fleet.os_versions(devices)),
        "lag": _counted(patch_lag(devices, at)),
        "updates": _counted(fleet.updates_waiting(devices)),
        "software": _counted(fleet.top_software(devices)),
        "city_devices": devices.filter(ownership=Ownership.CITY).count(),
    }


def _day(day: date) -> str:
    return written_day(day)


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "name": tally.name,
        "clause": tally.clause,
        "asked": tally.asked,
        "passing": tally.counts["passing"],
        "failing": tally.counts["failing"],
        "unsure": tally.unsure,
        "excepted": tally.counts["excepted"],
        "share": tally.share,
    }


def _counted(rows: tuple[fleet.Counted, ...]) -> list[list[Any]]:
    return [[row.name, row.devices] for row in rows]


def _cures(found: Report) -> list[list[Any]]:
    return [[cure.severity.capitalize(), cure.many, cure.within] for cure in found.cures]


def _findings(
    actor: Actor, department_id: UUID | None, month: date | None, at: datetime
) -> list[list[Any]]:
    """By clause and check: opened and put right in the period, and open now."""
    zone = settings.TIME_ZONE
    began = day_begins(month or city_date(at, zone).replace(day=1), zone)
    ended = day_begins((month + timedelta(days=31)).replace(day=1), zone) if month else at
    within: dict[str, Any] = {
        "opened": Q(opened_at__gte=began, opened_at__lt=ended),
        "cured": Q(state=FindingState.CURED, closed_at__gte=began, closed_at__lt=ended),
        "open_now": Q(state__in=sorted(LIVE)),
    }
    rows: QuerySet[Finding] = findings_reported(actor, department_id)
    counts: Iterable[dict[str, Any]] = rows.values("clause", "title").annotate(  # type: ignore[assignment]
        **{name: Count("id", filter=part) for name, part in within.items()}
    )
    told = [row for row in counts if any(row[name] for name in within)]
    told.sort(key=lambda row: (clause_order(row["clause"]), row["title"]))
    return [[row["clause"], row["title"], *(row[name] for name in within)] for row in told]


def paper(found: Mapping[str, Any], *, at: datetime) -> bytes:
    """The report as PDF, of figures alone: the same figures give the same bytes (G-10)."""
    points = [plots.Point(*one) for one in found["course"]]
    images = {
        "course.svg": plots.course(points),
        "ages.svg": plots.bars([(name, many) for name, many in found["ages"]]),
        "lag.svg": plots.bars([(name, many) for name, many in found["lag"]]),
    }
    shown, moment = {**found, **_said(found)}, at.replace(microsecond=0)
    return papers.render(PAPER, shown, title=title(found), at=moment, images=images)


def title(found: Mapping[str, Any]) -> str:
    """What the paper is called."""
    when = found["period"] or found["day"]
    return f"Mobile device compliance: {found['department']}, {when}"


def file_name(found: Mapping[str, Any]) -> str:
    """Under what name the paper goes out."""
    said = f"{found['department']} {found['period'] or found['day']}".lower()
    return "compliance-" + re.sub(r"[^a-z0-9]+", "-", said).strip("-") + ".pdf"


def _said(found: Mapping[str, Any]) -> dict[str, Any]:
    """The pictures in words."""
    course, whole = found["course"], found["whole"]
    said = "There are no counts of days yet."
    if course:
        (first, began), (last, ended) = course[0], course[-1]
        said = f"Of a hundred checks that apply, {began} passed on {first} and {ended} on {last}."
    return {
        "course_said": said,
        "ages_said": _in_words("Open findings by age", found["ages"]),
        "lag_said": _in_words("Devices by the lowest version asked for", found["lag"]),
        "open": sum(many for _, many in found["ages"]),
        "share": "—" if whole["share"] is None else f"{whole['share']}%",
        "steps": course[-1::-7][::-1],  # the last day and each a week before
        "unmanaged_all": sum(found["unmanaged"].values()),
        "own": found.get("own", []),  # months taken before it was told lack it
    }


def _in_words(about: str, rows: list[list[Any]]) -> str:
    return f"{about}: " + "; ".join(f"{name.lower()} {many}" for name, many in rows) + "."
