"""The summary of a month for a department: its figures, the paper, and the workbook (G-9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from quartermaster.files import papers
from quartermaster.inventory.identifiers import pretty_number
from quartermaster.kernel.permits import Actor
from quartermaster.org.models import Department
from quartermaster.org.queries import departments_below
from quartermaster.usage import plots, sheets
from quartermaster.usage.models import LineUsage
from quartermaster.usage.queries.summaries import (
    By,
    FarOff,
    Span,
    Summed,
    far_off,
    summed,
    usage_visible_to,
    within,
)
from quartermaster.usage.rules.cycles import month_earlier
from quartermaster.usage.rules.summaries import Figures
from quartermaster.usage.rules.telling import TITLES, amount, change, explained, short

PAPER = "usage/papers/summary.typ"
MONTHS = 12
MOST_ROWS = 400
SHOWN = ("seconds", "messages", "kilobytes", "cost_cents", "overage_cents")
ABROAD = ("roaming_seconds", "roaming_kilobytes", "international_seconds", "roaming_cents")


@dataclass(frozen=True)
class Summary:
    """Everything that a summary says."""

    department: str
    month: date
    whole: Summed
    before: Figures
    months: tuple[Summed, ...]
    people: tuple[Summed, ...]
    lines: tuple[Summed, ...]
    plans: tuple[Summed, ...]
    far: tuple[FarOff, ...]


def summary_of(department: Department, month: date, *, actor: Actor, at: datetime) -> Summary:
    """A department with its divisions, of the rows that the actor may see and no others."""
    below = departments_below({department.id})
    seen = usage_visible_to(actor).filter(department_id__in=below)
    first = month
    for _ in range(MONTHS - 1):
        first = month_earlier(first)
    year = within(seen, Span(first, month))
    now = within(seen, Span(month, month))
    months = tuple(summed(year, By.MONTH, at))
    last = month_earlier(month)
    far = [one for one in far_off(actor, month) if one.usage.department_id in below]
    return Summary(
        department=department.name,
        month=month,
        whole=summed(now, By.CITY, at)[0],
        before=next((one.figures for one in months if one.key == last), Figures()),
        months=months,
        people=tuple(summed(now, By.PERSON, at)),
        lines=tuple(summed(now, By.LINE, at)),
        plans=tuple(summed(now, By.PLAN, at)),
        far=tuple(far),
    )


def title(found: Summary) -> str:
    return f"Usage of {found.department}, {found.month:%B %Y}"


def paper(found: Summary, *, at: datetime) -> bytes:
    """The summary as PDF, with plots and the tables behind them."""
    images = {
        f"{name}.svg": plots.months(
            [
                (_short(one), getattr(one.figures, name), short(name, getattr(one.figures, name)))
                for one in found.months
            ]
        )
        for name in ("cost_cents", "kilobytes")
    }
    return papers.render(PAPER, _shown(found), title=title(found), at=at, images=images)


def _short(one: Summed) -> str:
    return f"{one.key:%b}" if isinstance(one.key, date) else one.label


def _shown(found: Summary) -> dict[str, Any]:
    figures = found.whole.figures
    return {
        "lines": found.whole.lines,
        "tiles": [
            [TITLES[name], amount(name, getattr(figures, name)), changed(found, name)]
            for name in SHOWN
        ],
        "abroad": [[TITLES[name], amount(name, getattr(figures, name))] for name in ABROAD],
        "titles": ["Lines", *(TITLES[name] for name in SHOWN)],
        "months": [_cells(one) for one in found.months],
        "people": [_cells(one) for one in found.people[:MOST_ROWS]],
        "numbers": [_cells(one) for one in found.lines[:MOST_ROWS]],
        "plans": [_cells(one) for one in found.plans[:MOST_ROWS]],
        "more": max(0, len(found.lines) - MOST_ROWS),
        "far": [[_whose(one.usage), explained(one.measure, one.off)] for one in found.far],
        "cost_said": _course(found, "cost_cents"),
        "data_said": _course(found, "kilobytes"),
    }


def _whose(usage: LineUsage) -> str:
    number = pretty_number(usage.number)
    return f"{number}, {usage.holder}" if usage.holder else number


def changed(found: Summary, name: str) -> str:
    return change(getattr(found.before, name), getattr(found.whole.figures, name))


def _course(found: Summary, name: str) -> str:
    told = ", ".join(
        f"{one.label} {amount(name, getattr(one.figures, name))}" for one in found.months
    )
    return f"{TITLES[name]} by month: {told or 'nothing yet'}."


def _cells(one: Summed) -> list[str]:
    return [
        one.label,
        f"{one.lines:,}",
        *(amount(name, getattr(one.figures, name)) for name in SHOWN),
    ]


def workbook(found: Summary) -> bytes:
    """The same as a workbook, one sheet a table."""
    tables: Mapping[str, sheets.Table] = {
        "Months": sheets.table("Month", found.months),
        "People": sheets.table("Person", found.people),
        "Lines": sheets.table("Line", found.lines),
        "Plans": sheets.table("Plan", found.plans),
        "Stand out": (
            ["Line", "Person", "Why"],
            [
                [
                    one.usage.number,
                    str(one.usage.holder or ""),
                    explained(one.measure, one.off),
                ]
                for one in found.far
            ],
        ),
    }
    return sheets.as_xlsx(tables)
