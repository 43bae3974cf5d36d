"""Usage of lines, summed up, for tests."""

from datetime import date, datetime
from typing import Any

from quartermaster.files import actions as files
from quartermaster.kernel.permits import system
from quartermaster.org.models import Department, Person
from quartermaster.usage.models import LineUsage, Review, SummaryPost, UsageCycle
from quartermaster.usage.rules.cycles import Cycle, month_later
from quartermaster.usage.sheets import XLSX
from quartermaster.usage.warehouse import keeping
from tests.cast import Cast

HOUSE = system("test")
OCTOBER = date(2026, 10, 1)


def cycle(at: datetime, month: date = OCTOBER, **more: Any) -> UsageCycle:
    """The row of a calendar month of an account."""
    last = date.fromordinal(month_later(month).toordinal() - 1)
    given: dict[str, Any] = {"carrier": "Verizon", "account": "342-0001", **more}
    return keeping.cycle_row(
        Cycle(given["carrier"], given["account"], month, last), HOUSE, at, with_key=False
    )


def line_usage(
    at: datetime,
    *,
    holder: Person | None = None,
    department: Department | None = None,
    month: date = OCTOBER,
    **more: Any,
) -> LineUsage:
    """What one line used and cost in a month."""
    values = {
        "number": "+14145550101",
        "plan": "Unlimited",
        "days": 31,
        "seconds": 3600,
        "messages": 10,
        "kilobytes": 1024 * 1024,
        "cost_cents": 4500,
        **more,
    }
    return LineUsage.objects.create(
        cycle=cycle(at, month),
        month=month,
        holder=holder,
        department=department or (holder.department if holder else None),
        made_at=at,
        **values,
    )


def review(at: datetime, month: date = OCTOBER, due_on: date = date(2026, 11, 23)) -> Review:
    """A review that is open."""
    return Review.objects.create(month=month, due_on=due_on, opened_at=at)


def posted(cast: Cast, at: datetime, month: date = OCTOBER) -> SummaryPost:
    """A summary that went to Cole."""
    paper, sheet = (
        files.store(content=content, media_type=kind, name=name, actor=HOUSE, at=at)
        for content, kind, name in (
            (b"%PDF-1.7\n", "application/pdf", "usage.pdf"),
            (b"PK\x03\x04", XLSX, "usage.xlsx"),
        )
    )
    return SummaryPost.objects.create(
        month=month,
        department=cast.water,
        coordinator=cast.cole,
        state="posted",
        due_at=at,
        made_at=at,
        posted_at=at,
        paper=paper,
        sheet=sheet,
        lines=1,
    )
