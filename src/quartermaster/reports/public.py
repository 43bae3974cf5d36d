"""The public report: shares by department and by check, without a name and without small groups.

It is made of the counts of the last whole day. A department of fewer than five devices is not
shown by itself, and what remains of the whole must not tell it either: such departments are put
together, and where that is still too few, the next larger one with them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from django.conf import settings

from quartermaster.policy.rules.versions import city_date
from quartermaster.reports.compliance import clause_order
from quartermaster.reports.standing import answered_days
from quartermaster.reports.unmanaged import unmanaged

FEWEST = 5
TOGETHER = "Smaller departments, together"
_UNSURE = ("unknown", "stale", "pending", "excepted")


class Counts(NamedTuple):
    """One check in one department: how many devices it was asked of, and of these passing."""

    department: str
    clause: str
    check: str
    asked: int
    passing: int


@dataclass(frozen=True)
class Group:
    """Devices that are told of together. No share where they are too few."""

    name: str
    devices: int
    asked: int
    passing: int
    clause: str = ""

    @property
    def enough(self) -> bool:
        return self.devices >= FEWEST

    @property
    def share(self) -> int | None:
        """Of a hundred checks, those that pass."""
        return round(100 * self.passing / self.asked) if self.enough and self.asked else None


@dataclass(frozen=True)
class PublicReport:
    """What anybody may read."""

    day: date
    whole: Group
    departments: tuple[Group, ...]
    checks: tuple[Group, ...]
    unmanaged: int | None = None  # as many City devices in use are not counted; None: too few


def public_report(at: datetime) -> PublicReport | None:
    """The report of the last whole day; nothing before there was one."""
    today = city_date(at, settings.TIME_ZONE)
    rows = answered_days().filter(day__lt=today).order_by("-day")
    last = rows.values_list("day", flat=True).first()
    if last is None:
        return None
    found = published(last, _counts(last))
    return replace(found, unmanaged=told_of(unmanaged().count())) if found else None


def told_of(many: int) -> int | None:
    """A figure that points at nobody: none, or enough; nothing in between."""
    return many if many == 0 or many >= FEWEST else None


def _counts(day: date) -> list[Counts]:
    rows = answered_days().filter(day=day).select_related("department")
    return [
        Counts(
            row.department.name,
            row.clause,
            row.title,
            row.passing + row.failing + sum(getattr(row, name) for name in _UNSURE),
            row.passing,
        )
        for row in rows
    ]


def published(day: date, counts: Iterable[Counts]) -> PublicReport | None:
    """What may be told of these counts; nothing where the whole city is a small group."""
    found = list(counts)
    by_department = _grouped(found, lambda one: one.department)
    departments = folded(
        Group(name, _devices(ones), _sum(ones, "asked"), _sum(ones, "passing"))
        for name, ones in by_department.items()
    )
    whole = Group(
        "The City",
        sum(group.devices for group in departments),
        _sum(found, "asked"),
        _sum(found, "passing"),
    )
    if not whole.enough:
        return None
    checks = (
        Group(title, _sum(ones, "asked"), _sum(ones, "asked"), _sum(ones, "passing"), clause)
        for (clause, title), ones in sorted(
            _grouped(found, lambda one: (one.clause, one.check)).items(),
            key=lambda item: (clause_order(item[0][0]), item[0][1]),
        )
    )
    return PublicReport(day, whole, departments, tuple(one for one in checks if one.enough))


def folded(groups: Iterable[Group]) -> tuple[Group, ...]:
    """The groups by name, those that are too small put together, and never alone."""
    by_size = sorted(groups, key=lambda group: (group.devices, group.name))
    hidden = [group for group in by_size if not group.enough]
    shown = by_size[len(hidden) :]
    while hidden and sum(group.devices for group in hidden) < FEWEST and shown:
        hidden.append(shown.pop(0))
    told = sorted(shown, key=lambda group: group.name)
    if not hidden:
        return tuple(told)
    sums = (
        sum(getattr(group, name) for group in hidden) for name in ("devices", "asked", "passing")
    )
    return (*told, Group(TOGETHER, *sums))


def _grouped(counts: Iterable[Counts], key: Callable[[Counts], Any]) -> dict[Any, list[Counts]]:
    groups: dict[Any, list[Counts]] = {}
    for one in counts:
        groups.setdefault(key(one), []).append(one)
    return groups


def _sum(counts: Iterable[Counts], name: str) -> int:
    return sum(getattr(one, name) for one in counts)


def _devices(counts: list[Counts]) -> int:
    """As many as the check that was asked of most: never more than there are."""
    by_check = _grouped(counts, lambda one: (one.clause, one.check))
    return max((_sum(ones, "asked") for ones in by_check.values()), default=0)
