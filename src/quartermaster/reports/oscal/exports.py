"""The OSCAL documents of this house, as far as the actor may see it."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Min, QuerySet

from quartermaster.compliance.models import Evaluation
from quartermaster.compliance.permits import FINDING_VIEW
from quartermaster.compliance.queries import LOOKED_AT, devices_to_evaluate, evaluations_visible_to
from quartermaster.compliance.rules.outcome import State
from quartermaster.kernel.errors import InvalidInput, NotFound
from quartermaster.kernel.permits import Actor, reach, require
from quartermaster.org.models import Department
from quartermaster.policy.controls import REQUIREMENT_IDS
from quartermaster.policy.queries import departments_visible_to, rulebook, version_in_force
from quartermaster.policy.redline import mapping
from quartermaster.reports.models import ComplianceDay
from quartermaster.reports.oscal.catalog import ClauseText, PolicyText, catalog
from quartermaster.reports.oscal.common import Json
from quartermaster.reports.oscal.profile import has_profile, profile
from quartermaster.reports.oscal.results import Line, Subject, assessment_results
from quartermaster.reports.permits import OSCAL_DEVICES, OSCAL_EXPORT
from quartermaster.reports.standing import COLUMNS, FRESH

MOST_DEVICES = 5000  # one by one in a document; a city beyond it asks by department


def policy_text(at: datetime) -> PolicyText:
    """The version in force with its clauses, and what the city requires."""
    version = version_in_force(at)
    if version is None:
        raise NotFound("No version of the policy is in force: adopt one, then export it.")
    titles = {kind.code: kind.title for kind in mapping.catalogue()}
    written = {clause.code: clause for clause in version.clauses.order_by("order")}
    codes = [*REQUIREMENT_IDS, *(code for code in written if code not in REQUIREMENT_IDS)]
    families = list(dict.fromkeys(code.partition("-")[0] for code in codes))
    codes.sort(key=lambda code: families.index(code.partition("-")[0]))
    return PolicyText(
        title=version.title,
        number=version.number,
        adopting_body=version.adopting_body,
        file_number=version.file_number,
        in_force_on=version.in_force_on.isoformat() if version.in_force_on else "",
        clauses=tuple(
            ClauseText(code, titles.get(code) or row.title, row.text, row.number)
            if (row := written.get(code))
            else ClauseText(code, titles.get(code, ""), "")
            for code in codes
        ),
        city=rulebook().city,
    )


def catalog_document(actor: Actor, at: datetime) -> Json:
    """The policy in force as a catalog (P-1)."""
    require(actor, OSCAL_EXPORT)
    return catalog(policy_text(at), city=settings.CITY, at=at)


def departments_with_profile(actor: Actor) -> list[Department]:
    """The departments for which a profile can be exported."""
    require(actor, OSCAL_EXPORT)
    book = rulebook()
    rows = departments_visible_to(actor).order_by("code")
    return [row for row in rows if has_profile(book, row.id)]


def profile_document(actor: Actor, code: str, at: datetime) -> Json:
    """What holds for a department, as a profile of the catalog (C-5, S-3)."""
    require(actor, OSCAL_EXPORT)
    department = _department(actor, code)
    return profile(rulebook(), department.id, city=settings.CITY, at=at)


def results_document(
    actor: Actor, at: datetime, *, department: str = "", devices: bool = False
) -> Json:
    """The latest state as assessment-results: counted, or device by device for who may (G-10).

    What is counted is what the clock counted in the last minutes, and the document ends then;
    where it did not, everything is counted now.
    """
    require(actor, OSCAL_DEVICES if devices else OSCAL_EXPORT)
    place = _department(actor, department) if department else None
    counted_at = None if devices else results_counted_at(actor, at)
    if counted_at is not None:
        days = ComplianceDay.objects.filter(taken_at=counted_at)
        kept = _of_days(days.filter(department=place) if place else days)
        return assessment_results(kept, city=settings.CITY, at=counted_at)
    rows = evaluations_visible_to(actor).filter(device__in=devices_to_evaluate().values("id"))
    if place:
        rows = rows.filter(device__department=place)
    found = _one_by_one(rows) if devices else _counted(rows)
    return assessment_results(found, city=settings.CITY, at=at)


def results_counted_at(actor: Actor, at: datetime) -> datetime | None:
    """When the clock counted what the results tell this actor; None: they are counted now."""
    if not reach(actor, FINDING_VIEW).everything:
        return None
    fresh = ComplianceDay.objects.filter(taken_at__gt=at - FRESH, taken_at__lte=at)
    newest: datetime | None = fresh.aggregate(newest=Max("taken_at"))["newest"]
    return newest


def _department(actor: Actor, code: str) -> Department:
    found = departments_visible_to(actor).filter(code=code).first()
    if found is None:
        raise NotFound("There is no such department, or you may not see it.")
    return found


_ABOUT = ("device__department__code", "device__ownership", "check_name", "clause")


def _counted(rows: QuerySet[Evaluation]) -> Iterator[Line]:
    counts = (
        rows.order_by(*_ABOUT, "state")
        .values(*_ABOUT, "state")
        .annotate(many=Count("id"), last=Max(LOOKED_AT), name=Min("title"))
    )

    def about(row: dict[str, Any]) -> tuple[str, ...]:
        return tuple(row[name] for name in _ABOUT)

    for key, group in groupby(counts, key=about):
        states = list(group)
        code, ownership, check, clause = key
        yield Line(
            department=code,
            ownership=ownership,
            check=check,
            title=states[0]["name"],
            clause=clause,
            counts={State(row["state"]): row["many"] for row in states},
            collected=max(row["last"] for row in states),
        )


def _of_days(rows: QuerySet[ComplianceDay]) -> Iterator[Line]:
    for row in rows.select_related("department"):
        counts = {state: getattr(row, name) for name, state in COLUMNS.items()}
        counts[State.UNKNOWN] += row.unanswerable
        yield Line(
            department=row.department.code,
            ownership=row.ownership,
            check=row.check_name,
            title=row.title,
            clause=row.clause,
            counts={state: many for state, many in counts.items() if many},
            collected=row.looked_at or row.taken_at,
        )


def _one_by_one(rows: QuerySet[Evaluation]) -> Iterator[Line]:
    many = rows.order_by().values("device_id").distinct().count()
    if many > MOST_DEVICES:
        raise InvalidInput(
            f"{many} devices are too many for one document; ask for one department at a time.",
            limit=MOST_DEVICES,
        )
    for row in rows.annotate(looked_at=LOOKED_AT):
        device = row.device
        yield Line(
            department=device.department.code,
            ownership=device.ownership,
            check=row.check_name,
            title=row.title,
            clause=row.clause,
            counts={State(row.state): 1},
            collected=row.looked_at,
            device=Subject(str(device.id), device.asset_tag, device.platform),
        )
