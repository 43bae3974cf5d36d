"""The file of holidays, and what it moves of what is open."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from quartermaster.compliance.calendar import holidays
from quartermaster.compliance.models import Holiday
from quartermaster.compliance.prolonging import prolongations
from quartermaster.kernel.imports import (
    Caution,
    ImportRow,
    Layout,
    Plan,
    Step,
    Table,
    Verb,
    draw_up,
    read_rows,
)

MOVES = "moves-deadlines"


def _one_line(value: str) -> str:
    if not value.isprintable():
        raise ValueError("must stand on one line, without control characters")
    return value


class HolidayRow(ImportRow):
    """One day on which the City does not work."""

    day: date
    name: Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_one_line)]


HOLIDAYS = Layout(
    "compliance.holidays",
    "holidays",
    HolidayRow,
    "day",
    aliases={"Date": "day", "Holiday": "name"},
)


def plan_of(table: Table) -> Plan[HolidayRow]:
    """What the file would change, and which open deadlines become later by it."""
    held: dict[str, Mapping[str, Any]] = {
        row.day.isoformat(): {"day": row.day.isoformat(), "name": row.name}
        for row in Holiday.objects.all()
    }
    return draw_up(read_rows(HOLIDAYS, table), held, cautions=_moves)


def _moves(steps: tuple[Step[HolidayRow], ...]) -> Iterator[Caution]:
    fresh = new_days(steps)
    moved = prolongations(holidays(), holidays() | fresh)
    if moved.findings or moved.cases:
        yield Caution(
            MOVES,
            f"Later by this: the deadlines of {len(moved.findings):,} open findings and of"
            f" {len(moved.cases):,} open cases. Nothing ends earlier, and what is closed stays.",
        )


def new_days(steps: tuple[Step[HolidayRow], ...]) -> frozenset[date]:
    return frozenset(
        step.row.value.day for step in steps if step.verb is Verb.CREATE and step.row is not None
    )
