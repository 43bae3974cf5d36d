"""Retention: how long a series is kept, from when, and what becomes of it then.

Pure arithmetic of days. A period ends on the day of the same name; where there is none (29
February), on the day after, never on the day before.
"""

import calendar
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.kernel.worded import Worded
from quartermaster.kernel.words import said

LONGEST_YEARS, MOST_MONTHS, MOST_DAYS = 100, 11, 3660
LONGEST_CODE, LONGEST_TITLE, LONGEST_TEXT, LONGEST_BASIS = 40, 200, 1000, 300
LONGEST_REASON = 1000


class Trigger(Worded):
    """From when the period runs."""

    CREATED = "created", "The day it was made"
    FISCAL_YEAR = "fiscal_year", "The end of the fiscal year in which it was made"
    SEPARATED = "separated", "The person leaves the City's service"
    DISPOSED = "disposed", "The device is disposed of"
    CLOSED = "closed", "The case, claim or request is closed"
    SUPERSEDED = "superseded", "It is superseded"


BY_EVENT = frozenset({Trigger.SEPARATED, Trigger.DISPOSED, Trigger.CLOSED, Trigger.SUPERSEDED})
# what people say happened; the others are heard of by themselves
SAID = frozenset({Trigger.CLOSED, Trigger.SUPERSEDED})


class Disposition(Worded):
    """What becomes of it then."""

    DESTROY = "destroy", "Destroyed"
    TRANSFER = "transfer", "Transferred to the state archive, then destroyed here"
    PERMANENT = "permanent", "Kept for ever"


class ScheduleState(Worded):
    DRAFT = "draft", "Draft"
    IN_FORCE = "in_force", "In force"
    SUPERSEDED = "superseded", "Superseded"
    WITHDRAWN = "withdrawn", "Withdrawn"


SCHEDULE: Machine[ScheduleState] = Machine(
    "schedule",
    ScheduleState.DRAFT,
    [
        Transition("put in force", frozenset({ScheduleState.DRAFT}), ScheduleState.IN_FORCE),
        Transition("withdraw", frozenset({ScheduleState.DRAFT}), ScheduleState.WITHDRAWN),
        Transition("supersede", frozenset({ScheduleState.IN_FORCE}), ScheduleState.SUPERSEDED),
    ],
)


class SetBy(Worded):
    """Who put a thing into its series."""

    RULE = "rule", "By its kind"
    AUTHOR = "author", "By who saved it"
    CUSTODIAN = "custodian", "By the records custodian"


class Standing(Worded):
    """Where a thing stands."""

    KEPT = "kept", "Kept"
    IN_REVIEW = "in_review", "In a batch"
    DESTROYED = "destroyed", "Destroyed"


@dataclass(frozen=True)
class Period:
    """Years, months and days, counted in this order."""

    years: int = 0
    months: int = 0
    days: int = 0

    def words(self) -> str:
        parts = [
            f"{count} {name if count == 1 else name + 's'}"
            for count, name in ((self.years, "year"), (self.months, "month"), (self.days, "day"))
            if count
        ]
        return ", ".join(parts) or "no time"


@dataclass(frozen=True)
class Terms:
    """How one series is kept."""

    code: str
    title: str
    trigger: Trigger
    period: Period
    basis: str
    disposition: Disposition
    about: str = ""
    sources: tuple[str, ...] = ()

    def checked(self) -> "Terms":
        """The same, trimmed; `InvalidInput` where something is missing or out of bounds."""
        code = self.code.strip().lower()
        if not code or len(code) > LONGEST_CODE or not code.replace("-", "").isalnum():
            raise InvalidInput("Use letters, digits and hyphens.", field="code")
        period = self.period
        if not (
            0 <= period.years <= LONGEST_YEARS
            and 0 <= period.months <= MOST_MONTHS
            and 0 <= period.days <= MOST_DAYS
        ):
            raise InvalidInput("At most 100 years, 11 months and 3,660 days.", field="years")
        ends = self.disposition is not Disposition.PERMANENT
        if ends and period == Period() and self.trigger not in BY_EVENT:
            raise InvalidInput("Say how long it is kept.", field="years")
        return Terms(
            code=code,
            title=said(self.title, "Name the series", LONGEST_TITLE, "title"),
            trigger=Trigger(self.trigger),
            period=period,
            basis=said(self.basis, "Name the law or ordinance", LONGEST_BASIS, "basis"),
            disposition=Disposition(self.disposition),
            about=said(self.about, "Say what belongs to it", LONGEST_TEXT, "about", shortest=0),
            sources=tuple(sorted(set(self.sources))),
        )


def after(day: date, period: Period) -> date:
    """The day on which a period that runs from ``day`` is over."""
    months = day.month - 1 + period.months
    year, month = day.year + period.years + months // 12, months % 12 + 1
    last = calendar.monthrange(year, month)[1]
    if day.day <= last:
        moved = date(year, month, day.day)
    else:  # there is no such day: the first of the month after, so that nothing ends early
        moved = date(year, month, last) + timedelta(days=1)
    return moved + timedelta(days=period.days)


def fiscal_year_over(day: date, begins: int) -> date:
    """The first day after the fiscal year of ``day``, where years begin on the first of a month."""
    year = day.year + 1 if day.month >= begins else day.year
    return date(year, begins, 1)


def runs_from(trigger: Trigger, made: date, happened: date | None, begins: int) -> date | None:
    """From which day the period runs; None as long as what it waits for has not happened."""
    if trigger is Trigger.CREATED:
        return made
    if trigger is Trigger.FISCAL_YEAR:
        return fiscal_year_over(made, begins)
    return None if happened is None else max(made, happened)


def due_on(terms: Terms, made: date, happened: date | None, begins: int = 1) -> date | None:
    """From which day on a thing need not be kept; None: not yet known, or never (C-2)."""
    if terms.disposition is Disposition.PERMANENT:
        return None
    start = runs_from(terms.trigger, made, happened, begins)
    return None if start is None else after(start, terms.period)


def series_for(source: str, all_terms: Iterable[Terms]) -> str:
    """The series into which a thing of this kind falls by itself; that for anything else, if none.

    Raises:
        InvalidInput: the schedule has no series for anything else.
    """
    by_source = {name: terms.code for terms in all_terms for name in terms.sources}
    found = by_source.get(source) or by_source.get(ANYTHING)
    if found is None:
        raise InvalidInput("The schedule says nothing of such records.", field="sources")
    return found


ANYTHING = "other"


def unnamed(sources: Iterable[str], all_terms: Iterable[Terms]) -> list[str]:
    """The kinds that no series names: they fall into the series that takes the rest."""
    named = {name for terms in all_terms for name in terms.sources}
    return [name for name in sources if name not in named]


def series_for_unnamed(
    names: Collection[str], offered: Iterable[Terms], there: Mapping[str, Terms]
) -> list[Terms]:
    """Of the series offered those that take these kinds; where one is there, its own terms stay."""
    found = []
    for terms in offered:
        taken = tuple(name for name in terms.sources if name in names)
        if taken:
            old = there.get(terms.code, replace(terms, sources=()))
            found.append(replace(old, sources=(*old.sources, *taken)))
    return found


def why_not_whole(all_terms: Iterable[Terms]) -> str:
    """What is wrong with a schedule as a whole, as a sentence; empty if nothing is."""
    codes: set[str] = set()
    taken: dict[str, str] = {}
    for terms in all_terms:
        if terms.code in codes:
            return f"The series {terms.code} is there twice."
        codes.add(terms.code)
        for source in terms.sources:
            if source in taken:
                return f"“{source}” falls into {taken[source]} and into {terms.code}."
            taken[source] = terms.code
    if ANYTHING not in taken:
        return "No series takes what falls into no other."
    return ""
