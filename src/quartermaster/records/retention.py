"""Reads of retention: the schedule, what is kept under it, and what a change would move."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.models import Count, QuerySet

from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Actor, reach
from quartermaster.kernel.worded import choices
from quartermaster.records import disposables
from quartermaster.records.models import Retained, RetentionSchedule, SeriesTerms, columns_of
from quartermaster.records.permits import RETENTION_CLASSIFY, RETENTION_VIEW
from quartermaster.records.rules import retention as rules
from quartermaster.records.rules.capture import Source
from quartermaster.records.rules.retention import ScheduleState, Standing, Terms
from quartermaster.records.rules.shipped import shipped

RECORD = "record"


def schedules_visible_to(actor: Actor) -> QuerySet[RetentionSchedule]:
    """The versions of the schedule, for whoever may see it."""
    rows = RetentionSchedule.objects.select_related("drafted_by", "in_force_by")
    return rows if reach(actor, RETENTION_VIEW).everything else rows.none()


def series_visible_to(actor: Actor) -> QuerySet[SeriesTerms]:
    """The series of every version."""
    rows = SeriesTerms.objects.select_related("schedule")
    return rows if reach(actor, RETENTION_VIEW).everything else rows.none()


def retained_visible_to(actor: Actor) -> QuerySet[Retained]:
    """Everything that is kept for a time, for whoever may see retention."""
    rows = Retained.objects.select_related("person", "device")
    return rows if reach(actor, RETENTION_VIEW).everything else rows.none()


def classified_by(actor: Actor) -> QuerySet[Retained]:
    """What the actor may put into another series: their own records, for the custodian all."""
    extent = reach(actor, RETENTION_CLASSIFY)
    rows = Retained.objects.select_related("person", "device")
    if extent.everything:
        return rows
    return rows.filter(kind=RECORD, person_id__in=extent.people)


def in_force() -> RetentionSchedule | None:
    """The version in force; none before the first act under it."""
    return RetentionSchedule.objects.filter(state=ScheduleState.IN_FORCE).first()


def terms_of(schedule: RetentionSchedule | None) -> dict[str, SeriesTerms]:
    """The series of a version by their codes."""
    if schedule is None:
        return {}
    return {row.code: row for row in schedule.series.order_by("position", "code")}


def terms_now() -> dict[str, Terms]:
    """How each series is kept now; as shipped, where no version is in force yet."""
    current = in_force()
    if current is None:
        return {terms.code: terms for terms in shipped_series()}
    return {code: row.terms for code, row in terms_of(current).items()}


def shown_now() -> tuple[RetentionSchedule, list[SeriesTerms]]:
    """The version in force and its series; before there is one the shipped one, which is no row."""
    current = in_force()
    if current is not None:
        return current, list(terms_of(current).values())
    note, series = shipped(settings.RECORD_SCHEDULE)
    given = RetentionSchedule(number=0, state=ScheduleState.IN_FORCE.value, note=note)
    rows = [
        SeriesTerms(schedule=given, position=place, code=terms.code, **columns_of(terms))
        for place, terms in enumerate(series, start=1)
    ]
    return given, rows


def kinds() -> list[tuple[str, str]]:
    """What falls into series by its kind, with its words: records, and what rooms above keep."""
    return [*choices(Source), *disposables.sources()]


@dataclass(frozen=True)
class Unnamed:
    """A kind that no series names, and the shipped series that would take it."""

    source: str
    title: str
    offered: Terms | None


def never_named(rows: Iterable[Unnamed]) -> list[Unnamed]:
    """Those that no version in force ever named, and shipped series now take: they came later.

    What a version named and the next did not was left out by people, who are not told of it.
    """
    past = SeriesTerms.objects.exclude(schedule__in_force_at=None).values_list("sources", flat=True)
    named = {name for names in past for name in names}
    return [row for row in rows if row.offered and row.source not in named]


def unnamed_in(series: Iterable[SeriesTerms]) -> list[Unnamed]:
    """The kinds that fall into the series for the rest, as nobody said anything of them (C-2)."""
    titles = dict(kinds())
    offered = {name: terms for terms in shipped_series() for name in terms.sources}
    names = rules.unnamed(titles, [row.terms for row in series])
    return [Unnamed(name, titles[name], offered.get(name)) for name in names]


def shipped_series() -> tuple[Terms, ...]:
    """The series of the law that is set, as shipped now."""
    return shipped(settings.RECORD_SCHEDULE)[1]


def retained_for_update(key: UUID) -> Retained:
    """One thing, locked until the transaction ends."""
    found = Retained.objects.select_for_update(of=("self",)).filter(id=key).first()
    if found is None:
        raise NotFound("There is no such thing under retention.")
    return found


@dataclass(frozen=True)
class Group:
    """Things of one series that fall due on one day."""

    series: str
    made_on: date
    happened_on: date | None
    not_before: date | None
    due_on: date | None
    count: int


def due_of(row: Retained | Group, terms: Terms | None) -> date | None:
    """From which day a thing, or a group of them, need not be kept, by these terms."""
    if terms is None:
        return None
    day = rules.due_on(terms, row.made_on, row.happened_on, settings.RECORD_FISCAL_YEAR_BEGINS)
    return day if day is None or row.not_before is None else max(day, row.not_before)


def groups() -> Iterable[Group]:
    """Everything that is not destroyed, by what its day follows from."""
    rows = Retained.objects.exclude(standing=Standing.DESTROYED)
    fields = ("series", "made_on", "happened_on", "not_before", "due_on")
    counted = rows.values_list(*fields).annotate(count=Count("id")).order_by(*fields)
    for row in counted.iterator(chunk_size=2000):
        yield Group(*row)


@dataclass(frozen=True)
class Moved:
    """What a change of the schedule does to one series."""

    code: str
    title: str
    things: int = 0
    earlier: int = 0
    later: int = 0
    due_now: int = 0


def plan_of(schedule: RetentionSchedule, today: date) -> list[Moved]:
    """For each series what a draft would move: how many fall due earlier, later, at once (C-2)."""
    new = {code: row.terms for code, row in terms_of(schedule).items()}
    old = {code: row.title for code, row in terms_of(in_force()).items()}
    found: dict[str, dict[str, int]] = {code: {} for code in {**old, **new}}
    for group in groups():
        then = due_of(group, new.get(group.series))
        counts = found.setdefault(group.series, {})
        _count(counts, group, then, today)
    titles = {**old, **{code: terms.title for code, terms in new.items()}}
    return [Moved(code, titles.get(code, code), **counts) for code, counts in found.items()]


def _count(counts: dict[str, int], group: Group, then: date | None, today: date) -> None:
    def add(name: str) -> None:
        counts[name] = counts.get(name, 0) + group.count

    add("things")
    if then == group.due_on:
        return
    far = date.max
    add("earlier" if (then or far) < (group.due_on or far) else "later")
    if then is not None and then <= today and (group.due_on is None or group.due_on > today):
        add("due_now")


def moved_groups(terms: Mapping[str, Terms]) -> Iterable[tuple[Group, date | None]]:
    """The groups whose day is another by these terms, with that day."""
    for group in groups():
        then = due_of(group, terms.get(group.series))
        if then != group.due_on:
            yield group, then


def due(today: date) -> QuerySet[Retained]:
    """What need not be kept any longer and is in no batch."""
    return Retained.objects.filter(standing=Standing.KEPT, due_on__lte=today)
